import { type ServiceName } from '../console.api.js'

/** Something of each service. */
export function forEachService<T>(valueOf: (service: ServiceName) => T): Record<ServiceName, T> {
  return {
    'operation-service': valueOf('operation-service'),
    'user-service': valueOf('user-service'),
    'user-approval-service': valueOf('user-approval-service'),
  }
}

export const SERVICES: readonly ServiceName[] = [
  'operation-service',
  'user-service',
  'user-approval-service',
]

/** The services of the system, each with the setting for its port and that setting's default. */
export const services = {
  'operation-service': { portSetting: 'OPERATION_SERVICE_PORT', port: 3000 },
  'user-service': { portSetting: 'USER_SERVICE_PORT', port: 3001 },
  'user-approval-service': { portSetting: 'USER_APPROVAL_SERVICE_PORT', port: 3002 },
} as const

export type ServiceName = keyof typeof services

/** What `npm start` runs at ports that are known: the services, and the page that shows them. */
export const programs = {
  ...services,
  console: { portSetting: 'CONSOLE_PORT', port: 3003 },
} as const

export type ProgramName = keyof typeof programs

export const serviceNames = ['operation-service', 'user-service', 'user-approval-service'] as const

export function forEachService<T>(valueOf: (name: ServiceName) => T): Record<ServiceName, T> {
  return {
    'operation-service': valueOf('operation-service'),
    'user-service': valueOf('user-service'),
    'user-approval-service': valueOf('user-approval-service'),
  }
}

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(services, name)
}

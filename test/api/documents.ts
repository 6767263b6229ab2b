import { fileURLToPath } from 'node:url'

import { describeOperationService } from '../../apps/operation-service/src/operation-service.docs.js'
import { describeUserService } from '../../apps/user-service/src/user-service.docs.js'

/** The stored OpenAPI documents, each with what the code says now. */
export const documents = [
  { name: 'operation-service', describeNow: describeOperationService },
  { name: 'user-service', describeNow: describeUserService },
].map((each) => ({ ...each, file: inWorkspace(`docs/openapi/${each.name}.json`) }))

export function inWorkspace(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

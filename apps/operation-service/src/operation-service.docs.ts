import { type ApiDocs, describeApi, parseSettings } from '#service-defaults'

import { OperationServiceModule } from './operation-service.module.js'
import { operationServiceSettings } from './operation-service.settings.js'

export const operationServiceDocs: ApiDocs = {
  title: 'Tideway operations',
  description:
    'Creates users asynchronously: POST /users starts an operation, GET /operations/{id} tells how it went.',
  version: '1',
  tags: {
    users: 'Users are created by operations. How they are is told by user-service.',
    operations: 'Operations, and how they went.',
  },
}

/** The API's document, without a broker and without a database: for `npm run docs`, and for tests. */
export function describeOperationService() {
  const settings = parseSettings(operationServiceSettings, {
    KAFKA_BROKERS: 'localhost:9092',
    MONGODB_URI: 'mongodb://localhost',
  })
  return describeApi(OperationServiceModule.forRoot(settings), operationServiceDocs)
}

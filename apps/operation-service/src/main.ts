import { createService, loadSettings, runService, serveApiDocs } from '#service-defaults'
import { BatchKafkaServer } from '#kafka'

import { OperationServiceModule } from './operation-service.module.js'
import { operationServiceSettings } from './operation-service.settings.js'

const settings = loadSettings(operationServiceSettings)
const app = await createService(OperationServiceModule.forRoot(settings), {
  service: 'operation-service',
  settings,
})
serveApiDocs(app, {
  title: 'Tideway operations',
  description:
    'Creates users asynchronously: POST /users starts an operation, GET /operations/{id} tells how it went.',
  version: '1',
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT })

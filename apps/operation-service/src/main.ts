import { createService, loadSettings, runService, serveApiDocs } from '#service-defaults'
import { BatchKafkaServer } from '#kafka'

import { operationServiceDocs } from './operation-service.docs.js'
import { OperationServiceModule } from './operation-service.module.js'
import { operationServiceSettings } from './operation-service.settings.js'

const settings = loadSettings(operationServiceSettings)
const app = await createService(OperationServiceModule.forRoot(settings), {
  service: 'operation-service',
  settings,
})
serveApiDocs(app, operationServiceDocs)
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

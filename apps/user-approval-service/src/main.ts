import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService } from '#service-defaults'

import { UserApprovalServiceModule } from './user-approval-service.module.js'
import { userApprovalServiceSettings } from './user-approval-service.settings.js'

const settings = loadSettings(userApprovalServiceSettings)
const app = await createService(UserApprovalServiceModule.forRoot(settings), {
  service: 'user-approval-service',
  settings,
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

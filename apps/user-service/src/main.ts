import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService, serveApiDocs } from '#service-defaults'

import { userServiceDocs } from './user-service.docs.js'
import { UserServiceModule } from './user-service.module.js'
import { userServiceSettings } from './user-service.settings.js'

const settings = loadSettings(userServiceSettings)
const app = await createService(UserServiceModule.forRoot(settings), {
  service: 'user-service',
  settings,
})
serveApiDocs(app, userServiceDocs)
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

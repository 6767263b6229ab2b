import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService, serveApiDocs } from '#service-defaults'

import { UserServiceModule } from './user-service.module.js'
import { userServiceSettings } from './user-service.settings.js'

const settings = loadSettings(userServiceSettings)
const app = await createService(UserServiceModule.forRoot(settings), {
  service: 'user-service',
  settings,
})
serveApiDocs(app, {
  title: 'Tideway users',
  description: 'Users and how their approval stands. They are created through operation-service.',
  version: '1',
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT })

import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService } from '#service-defaults'

import { OrderServiceModule } from './order-service.module.js'
import { orderServiceSettings } from './order-service.settings.js'

const settings = loadSettings(orderServiceSettings)
const app = await createService(OrderServiceModule.forRoot(settings), {
  service: 'order-service',
  settings,
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

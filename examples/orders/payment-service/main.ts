import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService } from '#service-defaults'

import { PaymentServiceModule } from './payment-service.module.js'
import { paymentServiceSettings } from './payment-service.settings.js'

const settings = loadSettings(paymentServiceSettings)
const app = await createService(PaymentServiceModule.forRoot(settings), {
  service: 'payment-service',
  settings,
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

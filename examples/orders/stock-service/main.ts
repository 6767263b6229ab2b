import { BatchKafkaServer } from '#kafka'
import { createService, loadSettings, runService } from '#service-defaults'

import { StockServiceModule } from './stock-service.module.js'
import { stockServiceSettings } from './stock-service.settings.js'

const settings = loadSettings(stockServiceSettings)
const app = await createService(StockServiceModule.forRoot(settings), {
  service: 'stock-service',
  settings,
})
app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST })

import { createService, loadSettings, runService } from '#service-defaults'

import { ConsoleModule } from './console.module.js'
import { consoleSettings } from './console.settings.js'
import { parentChannel } from './fleet/launcher-channel.js'
import { servePage } from './page/serve-page.js'

const settings = loadSettings(consoleSettings)
const app = await createService(ConsoleModule.forRoot(settings, parentChannel()), {
  service: 'console',
  settings,
})
servePage(app)
// Whoever reaches it may look, so by itself it is for this machine.
await runService(app, { port: settings.PORT, host: settings.LISTEN_HOST ?? '127.0.0.1' })

import { serveApiDocs, type ProtectionSettings } from '../src/index.js'
import { createTestApp, SERVICE_DEFAULTS } from './create-test-app.js'
import { SampleModule } from './sample.module.js'

/** A service with probes, metrics, documentation and an API, ready for `app.inject`. */
export async function startProtected(protection: ProtectionSettings = {}) {
  const app = await createTestApp(
    { imports: [SampleModule, SERVICE_DEFAULTS] },
    undefined,
    protection,
  )
  serveApiDocs(app, { title: 'Samples', description: 'All of them.', version: '1', tags: {} })
  return app.init()
}

/** What is everybody's, whatever is asked of clients. */
export const OPEN_PATHS = [
  '/livez',
  '/readyz',
  '/metrics',
  '/docs',
  '/docs/',
  '/docs/openapi.json',
  '/docs/swagger-ui.css',
]

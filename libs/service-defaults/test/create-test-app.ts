import type { ModuleMetadata } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Test } from '@nestjs/testing'
import { onTestFinished } from 'vitest'
import {
  configureService,
  parseSettings,
  ServiceAdapter,
  ServiceDefaultsModule,
  tracingSettings,
  type HttpTimeouts,
  type ProtectionSettings,
} from '../src/index.js'

/** What every service's root module imports, without spans. */
export const SERVICE_DEFAULTS = ServiceDefaultsModule.forRoot({
  service: 'test',
  settings: parseSettings(tracingSettings, {}),
})

/** An application as `createService` makes it, closed when the test ends; not initialised yet. */
export async function createTestApp(
  metadata: ModuleMetadata,
  timeouts?: HttpTimeouts,
  protection?: ProtectionSettings,
): Promise<NestFastifyApplication> {
  const testingModule = await Test.createTestingModule(metadata).compile()
  const app = configureService(
    testingModule.createNestApplication<NestFastifyApplication>(
      new ServiceAdapter(timeouts, protection),
      {
        logger: false,
      },
    ),
  )
  onTestFinished(() => app.close())
  return app
}

/** The same, ready for `app.inject`. */
export async function startTestApp(metadata: ModuleMetadata): Promise<NestFastifyApplication> {
  const app = await createTestApp(metadata)
  await app.init()
  return app
}

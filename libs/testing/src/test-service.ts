import { type DynamicModule } from '@nestjs/common'
import { type NestFastifyApplication } from '@nestjs/platform-fastify'
import { afterAll } from 'vitest'

import { BatchKafkaServer } from '#kafka'
import {
  type ApiDocs,
  createService,
  type ProtectionSettings,
  serveApiDocs,
} from '#service-defaults'

import { eventually } from './eventually.js'

/** A service that runs in this process, with HTTP and its consumer. */
export interface TestService {
  readonly app: NestFastifyApplication
  readonly url: string
  close(): Promise<void>
}

export interface TestServiceOptions {
  /** Its API's documentation, as its `main.ts` serves it. */
  docs?: ApiDocs
  /** Who may call it. */
  protection?: ProtectionSettings
  /** Whether to wait until it is a member of its group; it is not as long as its broker is away. */
  joined?: boolean
  /** Registers its end: `afterAll`, at the top of a file, or `onTestFinished`, in a test. */
  atEnd?: (close: () => Promise<void>) => void
}

/** Starts a service as its `main.ts` does, but for what concerns the process, and waits until it is ready. */
export async function startTestService(
  rootModule: DynamicModule,
  { docs, protection, joined = true, atEnd = afterAll }: TestServiceOptions = {},
): Promise<TestService> {
  const app = await createService(rootModule, {
    service: 'test',
    settings: { ...protection, LOG_LEVEL: 'fatal' },
  })
  if (docs) serveApiDocs(app, docs)
  const server = app.get(BatchKafkaServer)
  app.connectMicroservice({ strategy: server })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  atEnd(close)
  await app.listen(0, '127.0.0.1')
  await app.startAllMicroservices()
  const url = await app.getUrl()
  await eventually(
    async () => {
      const { status } = await fetch(`${url}/readyz`)
      if (status !== 200) throw new Error(`The service is not ready: /readyz answers ${status}.`)
    },
    { within: 30_000 },
  )
  if (joined) {
    await eventually(
      () => {
        if (!server.isMember) throw new Error('The service has not joined its group.')
      },
      { within: 30_000 },
    )
  }
  return { app, url, close }
}

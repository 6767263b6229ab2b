import { Subject } from 'rxjs'
import { afterAll } from 'vitest'

import { createService, parseSettings } from '#service-defaults'
import { eventually } from '#testing'

import {
  type Controls,
  type FromLauncher,
  type Live,
  type Sample,
  type ServiceName,
  type ToLauncher,
} from '../src/console.api.js'
import { ConsoleModule } from '../src/console.module.js'
import { consoleSettings } from '../src/console.settings.js'
import { type LauncherChannel } from '../src/fleet/launcher-channel.js'
import { forEachService } from '../src/fleet/services.js'
import { servePage } from '../src/page/serve-page.js'

/** A launcher that has no processes, and says that it does what it is asked for. */
export class FakeLauncher implements LauncherChannel {
  readonly asked: ToLauncher[] = []
  private readonly services: FromLauncher['services']
  private readonly messages = new Subject<FromLauncher>()
  private readonly gone = new Subject<void>()

  /** @param url of operation-service */
  constructor(private readonly url: string) {
    this.services = forEachService((service) => this.running(service, 1))
  }

  send(message: ToLauncher): void {
    this.asked.push(message)
    const { service } = message
    if (message.ask === 'replicas') this.services[service] = this.running(service, message.count)
    else this.services[service].paused = message.paused
    this.tell()
  }

  listen(told: (message: FromLauncher) => void, gone: () => void): void {
    this.messages.subscribe(told)
    this.gone.subscribe(gone)
  }

  tell(): void {
    this.messages.next(structuredClone({ tell: 'replicas', services: this.services }))
  }

  leave(): void {
    this.gone.next()
  }

  private running(service: ServiceName, wanted: number): FromLauncher['services'][ServiceName] {
    const processes = Array.from({ length: wanted }, (_, index) => ({
      label: `${service}-${index + 1}`,
      // Only those of operation-service are asked for anything.
      url: this.url,
      ready: true,
    }))
    return { wanted, paused: false, processes }
  }
}

/** The console as a page sees it. */
export interface TestConsole {
  url: string
  live(): Promise<Live>
  /** @returns the answer's status and body */
  put(path: string, body: unknown): Promise<{ status: number; body: Controls }>
  close(): Promise<void>
}

/** Starts the console as its `main.ts` does, but for what concerns the process. To be called at the top of a file. */
export async function startConsole(
  env: Record<string, string>,
  channel?: LauncherChannel,
): Promise<TestConsole> {
  const settings = parseSettings(consoleSettings, env)
  const app = await createService(ConsoleModule.forRoot(settings, channel), {
    service: 'console',
    settings: { ...settings, LOG_LEVEL: 'fatal' },
  })
  servePage(app)
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  afterAll(close)
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  return {
    url,
    close,
    live: async () => (await (await fetch(`${url}/api/live.json`)).json()) as Live,
    put: async (path, body) => {
      const answer = await fetch(`${url}${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as Controls }
    },
  }
}

/** Waits for a sample that passes. @returns it */
export function sampled(
  seen: TestConsole,
  check: (sample: Sample) => void,
  within?: number,
): Promise<Sample> {
  return eventually(
    async () => {
      const latest = (await seen.live()).samples.at(-1)
      if (!latest) throw new Error('There is no sample yet.')
      check(latest)
      return latest
    },
    within === undefined ? {} : { within },
  )
}

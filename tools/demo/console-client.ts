import type { Controls, Decision, Live, Sample } from '../../apps/console/src/console.api.ts'
import { Failure } from '../console/failure.mjs'
import { listen, type ServerSentEvent } from './server-sent-events.ts'

/** What the console tells, from the moment on at which one begins to watch. */
export interface Watcher {
  sample(sample: Sample): void
  decision(decision: Decision): void
}

/** The console, by its HTTP API. */
export class ConsoleClient {
  readonly url: string
  private readonly watching = new AbortController()

  /** @param url without a slash at its end */
  constructor(url: string) {
    this.url = url
  }

  /** @returns what it knows so far; what comes later is told to the watcher */
  async watch(watcher: Watcher): Promise<Live> {
    const start = Promise.withResolvers<Live>()
    const take = ({ name, data }: ServerSentEvent) => {
      if (name === 'start') start.resolve(JSON.parse(data) as Live)
      if (name === 'sample') watcher.sample(JSON.parse(data) as Sample)
      if (name === 'decision') watcher.decision(JSON.parse(data) as Decision)
    }
    void listen(`${this.url}/api/live`, take, this.watching.signal)
    return start.promise
  }

  setLoad(usersPerSecond: number): Promise<Controls> {
    return this.put('load', { usersPerSecond })
  }

  setScaler(enabled: boolean): Promise<Controls> {
    return this.put('scaler', { enabled })
  }

  pauseApproval(): Promise<Controls> {
    return this.put('approval', { paused: true })
  }

  close(): void {
    this.watching.abort()
  }

  private async put(path: string, body: object): Promise<Controls> {
    const response = await fetch(`${this.url}/api/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) {
      throw new Failure(`The console answered ${response.status} to PUT /api/${path}: ${text}`)
    }
    return JSON.parse(text) as Controls
  }
}

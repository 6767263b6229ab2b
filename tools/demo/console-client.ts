import { EventSource } from 'undici'
import type { Controls, Decision, Live, Sample } from '../../apps/console/src/console.api.ts'
import { Failure } from '../console/failure.mjs'

/** What the console tells, from the moment on at which one begins to watch. */
export interface Watcher {
  sample(sample: Sample): void
  decision(decision: Decision): void
}

/** The console, by its HTTP API. */
export class ConsoleClient {
  readonly url: string
  private stream: EventSource | undefined

  /** @param url without a slash at its end */
  constructor(url: string) {
    this.url = url
  }

  /** @returns what it knows so far; what comes later is told to the watcher */
  async watch(watcher: Watcher): Promise<Live> {
    const stream = new EventSource(`${this.url}/api/live`)
    this.stream = stream
    const start = Promise.withResolvers<Live>()
    const on = <Told>(name: string, take: (told: Told) => void) =>
      stream.addEventListener(name, (event) => {
        if ('data' in event) take(JSON.parse(String(event.data)) as Told)
      })
    on<Live>('start', (live) => start.resolve(live))
    on<Sample>('sample', (sample) => watcher.sample(sample))
    on<Decision>('decision', (decision) => watcher.decision(decision))
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
    this.stream?.close()
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

import { once } from 'node:events'

import { expect } from 'vitest'

import { eventually } from '#testing'

import { checkProblem } from './conformance.js'
import { type Answer, bytesOf, RawConnection } from './raw-http.js'

/** Clients that open a connection to the same server and treat it badly. */
export class Clients {
  private readonly connections: RawConnection[] = []

  constructor(private readonly port: number) {}

  async open(): Promise<RawConnection> {
    const connection = new RawConnection(this.port)
    this.connections.push(connection)
    await once(connection.socket, 'connect')
    return connection
  }

  openMany(count: number): Promise<RawConnection[]> {
    return Promise.all(Array.from({ length: count }, () => this.open()))
  }

  /** Sends this and no more, and reads what comes until the server closes. */
  async say(bytes: string | Buffer): Promise<Answer[]> {
    const connection = await this.open()
    connection.write(Buffer.from(bytes as string, 'latin1'))
    return connection.answers()
  }

  leave(): void {
    for (const { socket } of this.connections.splice(0)) socket.destroy()
  }
}

/** A request that creates a user. */
export function postUser(name: string): Buffer {
  return bytesOf({
    method: 'POST',
    target: '/users',
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(JSON.stringify({ name })),
  })
}

/** Fails unless these are exactly one answer, a problem of this status. */
export function checkOnlyProblem(answers: Answer[], status: number): void {
  expect(answers.map((answer) => answer.status)).toEqual([status])
  checkProblem(answers[0]!)
  expect(answers[0]!.headers['connection']).toBe('close')
}

/** Other clients, who ask one thing after the other meanwhile. */
export class Bystanders {
  private readonly stopping = new AbortController()
  private readonly times: number[] = []
  private readonly asking: Promise<void>

  constructor(private readonly url: string) {
    this.asking = this.askAgainAndAgain()
    // Told by `leave`.
    this.asking.catch(() => {})
  }

  /**
   * When they have had this many answers.
   * @returns the longest that one took, in milliseconds
   */
  async leave(answers = 50): Promise<number> {
    await Promise.race([
      this.asking,
      eventually(() => expect(this.times.length).toBeGreaterThanOrEqual(answers)),
    ])
    this.stopping.abort()
    await this.asking
    return Math.max(...this.times)
  }

  private async askAgainAndAgain(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const [path, init] of QUESTIONS) {
        const began = performance.now()
        const response = await fetch(this.url + path, init)
        await response.arrayBuffer()
        expect(response.ok, `${path}: ${response.status}`).toBe(true)
        this.times.push(performance.now() - began)
      }
    }
  }
}

const QUESTIONS: [path: string, init: RequestInit][] = [
  ['/livez', {}],
  ['/operations?limit=5', {}],
  [
    '/users',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bystander' }),
    },
  ],
]

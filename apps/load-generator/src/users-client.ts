import { type Dispatcher, Pool } from 'undici'

/** How a request ended. */
export type Answer =
  | { kind: 'accepted'; id: string }
  | { kind: 'refused'; retryAfter: number }
  | { kind: 'failed'; reason: string }

/** Milliseconds. */
export const ANSWER_WITHIN = 30_000

/**
 * POST /users by undici's dispatch, without promises or streams, so that the generator takes as little as it can of the
 * processor that it shares with what it measures.
 */
export class UsersClient {
  private readonly pool: Pool
  private count = 0
  /** So that names differ from run to run. */
  private readonly run = Date.now().toString(36)

  /** @param connections kept alive, one request at a time on each */
  constructor(url: string, connections: number) {
    this.pool = new Pool(url, {
      connections,
      pipelining: 1,
      headersTimeout: ANSWER_WITHIN,
      bodyTimeout: ANSWER_WITHIN,
    })
  }

  /** Creates a user; waits for a free connection if there is none. */
  create(answered: (answer: Answer) => void): void {
    this.count += 1
    const body = `{"name":"user ${this.count} of ${this.run}","email":"user${this.count}@example.org"}`
    this.pool.dispatch(
      { path: '/users', method: 'POST', headers: HEADERS, body },
      new AnswerReader(answered),
    )
  }

  /** What is not answered yet fails. */
  async destroy(): Promise<void> {
    await this.pool.destroy()
  }
}

const HEADERS = ['content-type', 'application/json']

class AnswerReader implements Dispatcher.DispatchHandler {
  private status = 0
  private retryAfter = 1
  private body = ''

  constructor(private readonly answered: (answer: Answer) => void) {}

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status
    if (status === 503) this.retryAfter = Number(headers['retry-after']) || 1
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body += chunk.toString('latin1')
  }

  onResponseEnd(): void {
    const { status } = this
    if (status === 503) this.answered({ kind: 'refused', retryAfter: this.retryAfter })
    else if (status !== 202) this.answered({ kind: 'failed', reason: String(status) })
    else this.answered(acceptedBy(this.body))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const reason = 'code' in error ? String(error.code) : error.name
    this.answered({ kind: 'failed', reason })
  }
}

/** The operation's id is the first field; parsing the rest would cost more than it tells. */
function acceptedBy(body: string): Answer {
  const id = /"id": ?"([^"]+)"/.exec(body)?.[1]
  return id === undefined
    ? { kind: 'failed', reason: '202 without an id' }
    : { kind: 'accepted', id }
}

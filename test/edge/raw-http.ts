import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/** An answer as it came over the connection. */
export interface Answer {
  status: number
  /** By their names in lower case. */
  headers: Record<string, string>
  body: string
}

/** A request as it goes over the connection: nothing is checked, escaped or completed but the length. */
export interface RawRequest {
  method: string
  /** Path and query. */
  target: string
  headers?: readonly (readonly [name: string, value: string])[]
  body?: Buffer
  /** The sizes of the chunks that the body is sent in; without them it is sent with its length. */
  chunks?: readonly number[]
}

/** How long an answer may take, in milliseconds. */
const ANSWER_WITHIN = 20_000

/** A connection to a server of this machine. */
export class RawConnection {
  private received = ''
  private readonly began = performance.now()
  readonly closed: Promise<{ received: string; after: number }>

  constructor(
    port: number,
    readonly socket: Socket = connect(port, '127.0.0.1'),
  ) {
    // One character for a byte.
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
    })
    // A server that has had enough may reset the connection: what counts is what it said before.
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        resolve({ received: this.received, after: performance.now() - this.began })
      })
    })
  }

  write(bytes: string | Buffer): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  /** Sends a little every so often, until the server closes. */
  drip(next: () => string, everyMs: number): void {
    const timer = setInterval(() => this.write(next()), everyMs)
    void this.closed.then(() => clearInterval(timer))
  }

  /** All answers up to the end of the connection. */
  async answers(): Promise<Answer[]> {
    const timer = setTimeout(() => this.socket.destroy(), ANSWER_WITHIN)
    const { received } = await this.closed
    clearTimeout(timer)
    return answersIn(received)
  }

  /** The only answer. */
  async answer(): Promise<Answer> {
    const answers = await this.answers()
    if (answers.length !== 1) throw new Error(`${answers.length} answers to one request`)
    return answers[0]!
  }
}

/** One request on a connection of its own. */
export function ask(port: number, request: RawRequest): Promise<Answer> {
  const connection = new RawConnection(port)
  connection.write(bytesOf(request))
  return connection.answer()
}

/** A request as bytes; it asks the server to close. */
export function bytesOf({ method, target, headers = [], body, chunks }: RawRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  if (body === undefined) return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const framing =
    chunks === undefined ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked'
  return Buffer.concat([
    Buffer.from(`${[...lines, framing].join('\r\n')}\r\n\r\n`, 'latin1'),
    chunks === undefined ? body : inChunks(body, chunks),
  ])
}

function inChunks(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: (Buffer | string)[] = []
  let rest = body
  for (const size of [...sizes, Infinity]) {
    const chunk = rest.subarray(0, size)
    if (chunk.length === 0) continue
    parts.push(`${chunk.length.toString(16)}\r\n`, chunk, '\r\n')
    rest = rest.subarray(chunk.length)
  }
  return Buffer.concat([...parts, '0\r\n\r\n'].map((part) => Buffer.from(part)))
}

function answersIn(received: string): Answer[] {
  const answers: Answer[] = []
  for (let rest = received; rest !== '';) {
    const { answer, length } = firstAnswer(rest)
    // 100 Continue and its like are followed by the answer itself.
    if (answer.status >= 200) answers.push(answer)
    rest = rest.slice(length)
  }
  return answers
}

function firstAnswer(received: string): { answer: Answer; length: number } {
  const end = received.indexOf('\r\n\r\n')
  const [first = '', ...lines] = received.slice(0, end).split('\r\n')
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(first) ?? []
  if (end < 0 || status === undefined) throw new Error(`no HTTP: ${received.slice(0, 200)}`)
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const start = end + 4
  const given = headers['content-length']
  const length = given === undefined ? received.length - start : Number(given)
  const bytes = Buffer.from(received.slice(start, start + length), 'latin1')
  return {
    answer: { status: Number(status), headers, body: bytes.toString() },
    length: start + bytes.length,
  }
}

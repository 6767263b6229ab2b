import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A span as it was sent. */
export interface ReceivedSpan {
  /** The service that it is of. */
  service: string
  name: string
  kind: 'server' | 'producer' | 'consumer' | 'other'
  traceId: string
  spanId: string
  parentSpanId: string
  tracestate: string
  attributes: Record<string, string | number>
  links: { traceId: string; spanId: string }[]
  isFault: boolean
}

/** Takes spans as a collector does: OTLP over HTTP, protobuf. */
export class SpanReceiver {
  readonly spans: ReceivedSpan[] = []
  /** The headers of the last request. */
  headers: Record<string, unknown> = {}

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SpanReceiver> {
    const server = createServer()
    const receiver = new SpanReceiver(server)
    server.on('request', (request, response) => void receiver.answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    if (!this.server.listening) return
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.headers = request.headers
    const body = await buffer(request)
    if (request.url === '/v1/traces') this.take(body)
    response.writeHead(request.url === '/v1/traces' ? 200 : 404).end()
  }

  /** Field numbers: opentelemetry/proto/trace/v1/trace.proto. */
  private take(request: Buffer): void {
    for (const ofResource of all(request, 1)) {
      const { 'service.name': service } = attributesOf(one(ofResource, 1), 1)
      for (const scope of all(ofResource, 2)) {
        for (const span of all(scope, 2))
          this.spans.push({ service: String(service), ...read(span) })
      }
    }
  }
}

const KINDS: Record<number, ReceivedSpan['kind']> = { 2: 'server', 4: 'producer', 5: 'consumer' }
const ERROR = 2

function read(span: Buffer): Omit<ReceivedSpan, 'service'> {
  return {
    traceId: one(span, 1).toString('hex'),
    spanId: one(span, 2).toString('hex'),
    tracestate: String(one(span, 3)),
    parentSpanId: one(span, 4).toString('hex'),
    name: String(one(span, 5)),
    kind: KINDS[numberOf(span, 6)] ?? 'other',
    attributes: attributesOf(span, 9),
    links: all(span, 13).map((link) => ({
      traceId: one(link, 1).toString('hex'),
      spanId: one(link, 2).toString('hex'),
    })),
    isFault: numberOf(one(span, 15), 3) === ERROR,
  }
}

/** Texts and whole numbers. */
function attributesOf(message: Buffer, field: number): Record<string, string | number> {
  return Object.fromEntries(
    all(message, field).map((pair) => {
      const value = one(pair, 2)
      const [text] = all(value, 1)
      return [String(one(pair, 1)), text === undefined ? numberOf(value, 3) : String(text)]
    }),
  )
}

/** The values of a field that are bytes: texts and messages are. */
function all(message: Buffer, field: number): Buffer[] {
  return fieldsOf(message).flatMap(([number, value]) =>
    number === field && Buffer.isBuffer(value) ? [value] : [],
  )
}

const one = (message: Buffer, field: number) => all(message, field)[0] ?? Buffer.alloc(0)

function numberOf(message: Buffer, field: number): number {
  const [found] = fieldsOf(message).filter(([each]) => each === field)
  return typeof found?.[1] === 'number' ? found[1] : 0
}

/** Fields of a message in protobuf's wire format; numbers of fixed size are left out. */
function fieldsOf(message: Buffer): [field: number, value: number | Buffer][] {
  const fields: [number, number | Buffer][] = []
  let at = 0
  const varint = () => {
    let result = 0
    let weight = 1
    let byte: number
    do {
      byte = message[at]!
      at += 1
      result += (byte & 0x7f) * weight
      weight *= 0x80
    } while (byte >= 0x80)
    return result
  }
  while (at < message.length) {
    const tag = varint()
    const [field, type] = [tag >>> 3, tag & 7]
    if (type === 0) fields.push([field, varint()])
    else if (type === 2) {
      const size = varint()
      fields.push([field, message.subarray(at, at + size)])
      at += size
    } else at += type === 1 ? 8 : 4
  }
  return fields
}

import * as fc from 'fast-check'
import { expect } from 'vitest'

import { encoded, nearby, texts, valid } from './arbitraries.js'
import { Conformance, EVENT_STREAM } from './conformance.js'
import {
  type Call,
  callsOf,
  type JsonSchema,
  type OpenApiDocument,
  type Parameter,
  resolved,
} from './openapi.js'
import { type Answer, ask, type RawRequest } from './raw-http.js'
import { type StartedService } from './services.js'

const JSON_TYPE = [['Content-Type', 'application/json']] as const

/** How soon it must answer, whatever it has been through: a probe waits no longer. */
const PROBE_TIMEOUT = 1_000

/** More than this does not fit into the first line. */
const LONGEST_PARAMETER = 12_000

/** A service, asked by its own document; every answer is held against it. */
export class EdgeService {
  readonly name: string
  readonly port: number
  readonly calls: Call[]
  private readonly conformance: Conformance
  private accepted = 0
  private before = 0

  constructor(
    private readonly started: StartedService,
    readonly document: OpenApiDocument,
  ) {
    this.name = started.name
    this.port = started.port
    this.calls = callsOf(document)
    this.conformance = new Conformance(document)
  }

  /** Asks with an id that exists for each parameter of the path, and holds the answer against the document. */
  async ask(call: Call, request: Partial<RawRequest> = {}): Promise<Answer> {
    const complete = { method: call.method, target: this.target(call), ...request }
    const answer = await ask(this.port, complete)
    this.conformance.check(call, answer)
    const isNew = !('idempotency-replayed' in answer.headers)
    if (call.method === 'POST' && answer.status < 300 && isNew) this.accepted += 1
    return answer
  }

  /** The same, with this as its body. */
  askWith(call: Call, json: string, request: Partial<RawRequest> = {}): Promise<Answer> {
    return this.ask(call, { headers: JSON_TYPE, body: Buffer.from(json), ...request })
  }

  /** What a request needs to be right, beside its parameters. */
  proper(call: Call): Partial<RawRequest> {
    if (!call.body) return {}
    return { headers: JSON_TYPE, body: Buffer.from('{"name":"alice"}') }
  }

  target({ path }: Call, values: Record<string, string> = {}): string {
    const [known] = this.started.ids
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(values[name] ?? known!))
  }

  targetWithQuery(call: Call, pairs: readonly (readonly [string, unknown])[]): string {
    const query = pairs.map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    return `${this.target(call)}?${query.join('&')}`
  }

  schemaOfBody({ body }: Call): JsonSchema {
    return resolved(this.document, body!)
  }

  accepts(schema: JsonSchema, value: unknown): boolean {
    return this.conformance.accepts(schema, value)
  }

  /** What the parameter's schema takes; of ids, some that exist. */
  validValues({ responses }: Call, { schema }: Parameter): fc.Arbitrary<string | number> {
    // A stream about one that is pending would not end.
    const isStream = responses[200]?.content?.[EVENT_STREAM] !== undefined
    const ids = this.started.ids.filter((id) => !(isStream && id === this.started.pendingId))
    return schema.format === 'uuid' ? fc.oneof(fc.constantFrom(...ids), fc.uuid()) : valid(schema)
  }

  /** Texts that it does not take. */
  invalidValues({ schema }: Parameter): fc.Arbitrary<string> {
    return fc
      .oneof(texts, nearby(schema).map(String))
      .map((text) => text.toWellFormed())
      .filter((text) => {
        const value = schema.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text
        return encoded(text).length < LONGEST_PARAMETER && !this.accepts(schema, value)
      })
  }

  /** Before a test. */
  async count(): Promise<void> {
    this.before = await this.started.stored()
    this.accepted = 0
  }

  /** After it: everything that was accepted is stored, nothing else is, and the service is well. */
  async checkIsUnharmed(): Promise<void> {
    expect(await this.started.stored()).toBe(this.before + this.accepted)
    const signal = AbortSignal.timeout(PROBE_TIMEOUT)
    expect((await fetch(`${this.started.url}/livez`, { signal })).status).toBe(200)
  }
}

import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'

import { type BatchRecord, encodeRecord, replaceRecordEncoder } from './record-encoder.js'

// A copy of kafkajs' module of its own: the one in the cache may have been replaced by ours.
const require = createRequire(import.meta.url)
const file = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js')
delete require.cache[file]
const kafkajsRecord = require(file) as (record: BatchRecord) => { buffer: Buffer }
delete require.cache[file]

const bytes = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
)

describe('An encoded record', () => {
  it("has the same bytes as kafkajs' own, whatever it holds", () => {
    const anyRecord = fc.record({
      offsetDelta: fc.nat(),
      timestampDelta: fc.nat(),
      key: fc.option(bytes),
      value: fc.option(bytes),
      headers: fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.oneof(bytes, fc.array(bytes)),
      ),
    })
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(encodeRecord(record).buffer.equals(kafkajsRecord(record).buffer)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('may be large', () => {
    const record = { key: 'k', value: Buffer.alloc(2_000_000, 'x') }
    expect(encodeRecord(record).buffer.equals(kafkajsRecord(record).buffer)).toBe(true)
  })

  it('needs no key, headers or deltas', () => {
    const record = { value: 'v' }
    expect(encodeRecord(record).buffer.equals(kafkajsRecord(record).buffer)).toBe(true)
  })
})

describe("kafkajs' request to produce", () => {
  interface Encoder {
    buffer: Buffer
    writeVarInt(value: number): Encoder
  }
  type Request = (parts: object) => { encode(): Promise<Encoder> }

  const topicData = [
    {
      topic: 'user-create',
      partitions: [0, 1].map((partition) => ({
        partition,
        firstSequence: 0,
        messages: [
          {
            key: 'k',
            value: 'v',
            timestamp: 1_763_615_257_600,
            headers: { 'schema-version': '1' },
          },
          { key: null, value: Buffer.alloc(300, 'x'), timestamp: 1_763_615_257_601 },
        ],
      })),
    },
  ]

  /** Loads the request as kafkajs does for its first one, with whatever encodes its records now. */
  async function encodeRequest(): Promise<Buffer> {
    for (const loaded of Object.keys(require.cache)) {
      if (loaded.includes('kafkajs/src/protocol/requests/produce')) delete require.cache[loaded]
    }
    const request = require('kafkajs/src/protocol/requests/produce/v7/request.js') as Request
    return (await request({ acks: -1, timeout: 30_000, topicData }).encode()).buffer
  }

  it('has the same bytes when its record encoder is replaced, which then is not used', async () => {
    const encoder = require('kafkajs/src/protocol/encoder.js') as { prototype: Encoder }
    // Only records have numbers of this kind.
    const theirs = vi.spyOn(encoder.prototype, 'writeVarInt')
    const before = await encodeRequest()
    expect(theirs).toHaveBeenCalled()
    theirs.mockClear()
    replaceRecordEncoder()
    const after = await encodeRequest()
    expect(theirs).not.toHaveBeenCalled()
    expect(after.equals(before)).toBe(true)
  })

  it('is not loaded by kafkajs before the first one is made, so the encoder is replaced in time', async () => {
    const code =
      "require('kafkajs'); process.stdout.write(String(Object.keys(require.cache).some((file) => /recordBatch.record.v0/.test(file))))"
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })).toBe('false')
  })
})

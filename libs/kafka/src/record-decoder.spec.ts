import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  type BatchOfRecord,
  type DecodedRecord,
  decodeRecord,
  type RecordReader,
  replaceRecordDecoder,
} from './record-decoder.js'
import { encodeRecord } from './record-encoder.js'

type Decode = (reader: RecordReader, batch: BatchOfRecord) => DecodedRecord

// A copy of kafkajs' module of its own: the one in the cache may have been replaced by ours.
const require = createRequire(import.meta.url)
const file = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js')
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (
  buffer: Buffer,
) => RecordReader & Record<'readVarInt', () => number>
delete require.cache[file]
const theirs = require(file) as Decode
delete require.cache[file]

const batch = { firstOffset: '41', firstTimestamp: '1763615257600', magicByte: 2 }
const never: Decode = () => {
  throw new Error('this is not rare')
}

/** A reader after the record's length, as kafkajs hands it over. */
function readerOf(record: Buffer): RecordReader {
  const reader = new Decoder(record)
  const size = reader.readVarInt()
  return new Decoder(record.subarray(record.length - size))
}

const ours = (record: Buffer, of: BatchOfRecord = batch, rare = never) =>
  decodeRecord(readerOf(record), of, rare)

const bytes = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
)
const anyRecord = fc.record({
  offsetDelta: fc.nat(),
  timestampDelta: fc.integer(),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(
    fc.string().filter((name) => !(name in {})),
    fc.oneof(bytes, fc.array(bytes, { minLength: 1 })),
  ),
})

describe('A decoded record', () => {
  it("is the same as kafkajs' own, whatever it holds", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const { buffer } = encodeRecord(record)
        expect(ours(buffer)).toEqual(theirs(readerOf(buffer), batch))
      }),
      { numRuns: 1_000 },
    )
  })

  it('may have a header without a value, and one whose name comes several times', () => {
    const headers = { none: null as unknown as string, list: ['a', 'b', 'c'] }
    const { buffer } = encodeRecord({ value: 'v', headers })
    const list = ['a', 'b', 'c'].map((text) => Buffer.from(text))
    expect(ours(buffer)).toEqual(theirs(readerOf(buffer), batch))
    expect(ours(buffer).headers).toEqual({ none: null, list })
  })

  it('may have a header named as something that every object has, which kafkajs reads wrong', () => {
    const headers = JSON.parse('{"constructor":"c","toString":"t","__proto__":"p"}') as object
    const { buffer } = encodeRecord({ value: 'v', headers: headers as Record<string, string> })
    const read = ours(buffer).headers
    const texts = Object.entries(read).map(([name, value]) => [name, String(value)])
    expect(texts).toEqual(Object.entries(headers))
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  it.each([
    ['a batch with the times of the broker', { ...batch, timestampType: 1, maxTimestamp: '77' }],
    ['an offset beyond what is exact', { ...batch, firstOffset: '9007199254740993' }],
    ['a time beyond what is exact', { ...batch, firstTimestamp: '9007199254740993' }],
  ])("is kafkajs' own in %s", (_, of) => {
    const { buffer } = encodeRecord({ value: 'v', timestampDelta: 1, offsetDelta: 1 })
    expect(ours(buffer, of, theirs)).toEqual(theirs(readerOf(buffer), of))
    expect(() => ours(buffer, of)).toThrow('this is not rare')
  })

  it("is kafkajs' own when its time is far from that of its batch", () => {
    // Attributes; 8 bytes of time; offset; no key, no value, no headers.
    const body = [0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 0, 1, 1, 0]
    const record = Buffer.from([body.length * 2, ...body])
    const of = { ...batch, firstTimestamp: '0' }
    expect(ours(record, of, theirs)).toEqual(theirs(readerOf(record), of))
    expect(() => ours(record, of)).toThrow('this is not rare')
  })
})

describe("kafkajs' batches of records", () => {
  it('are read by it once it is in its place, however often it is put there', async () => {
    replaceRecordDecoder()
    const placed = require(file) as Decode
    replaceRecordDecoder()
    expect(require(file)).toBe(placed)
    expect(placed).not.toBe(theirs)
    const { buffer } = encodeRecord({ key: 'k', value: 'v', headers: { a: 'b' } })
    expect(placed(readerOf(buffer), batch)).toEqual(theirs(readerOf(buffer), batch))
    const user = require.resolve('kafkajs/src/protocol/recordBatch/v0/decoder.js')
    delete require.cache[user]
    const uses = require.cache[require.resolve(file)]
    require(user)
    expect(require.cache[user]!.children).toContain(uses)
  })

  it('are not loaded by kafkajs before the first fetch, so it is replaced in time', () => {
    const code =
      "require('kafkajs'); process.stdout.write(String(Object.keys(require.cache).some((file) => /recordBatch.(record|v0)/.test(file))))"
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })).toBe('false')
  })
})

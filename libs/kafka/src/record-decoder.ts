import { createRequire } from 'node:module'

/** What kafkajs hands to its decoder of one record: its bytes, without the length before them. */
export interface RecordReader {
  buffer: Buffer
  offset: number
}

/** What kafkajs says of the batch that a record is in. */
export interface BatchOfRecord {
  firstOffset: string
  /** Milliseconds. */
  firstTimestamp: string
  magicByte?: number
  isControlBatch?: boolean
  /** 1: by the broker's clock, the same for the whole batch. */
  timestampType?: number
  maxTimestamp?: string
}

type Header = Buffer | null | (Buffer | null)[]

/** A record as kafkajs hands it on. */
export interface DecodedRecord {
  magicByte: number | undefined
  attributes: number
  timestamp: string
  offset: string
  key: Buffer | null
  value: Buffer | null
  headers: Record<string, Header>
  isControlRecord: boolean
  batchContext: BatchOfRecord
}

type DecodeRecord = (reader: RecordReader, batch: BatchOfRecord) => DecodedRecord

/** A number in so many bytes fits in 49 bits, and every sum of it with a safe one is exact or seen not to be. */
const EXACT_BYTES = 7

/**
 * One record of a batch in Kafka's format, version 2 (Kafka protocol guide, "Record"); the same as kafkajs' own, but that
 * headers named as what every object has, `constructor` for example, are read as any other.
 * @param theirs kafkajs' own, for what is rare: times by the broker's clock, and numbers that are not exact
 */
export function decodeRecord(
  reader: RecordReader,
  batch: BatchOfRecord,
  theirs: DecodeRecord,
): DecodedRecord {
  const { firstOffset, firstTimestamp, magicByte, isControlBatch = false, timestampType } = batch
  const { buffer, offset: start } = reader
  if (timestampType === 1) return theirs(reader, batch)
  const cursor = new Cursor(buffer, start + 1)
  const timestampDelta = cursor.long()
  if (cursor.at - start - 1 > EXACT_BYTES) return theirs(reader, batch)
  const timestamp = Number(firstTimestamp) + timestampDelta
  const offset = Number(firstOffset) + cursor.int()
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(offset)) {
    return theirs(reader, batch)
  }
  const key = cursor.bytes()
  const value = cursor.bytes()
  const headers: Record<string, Header> = {}
  for (let left = cursor.int(); left > 0; left -= 1) {
    const name = cursor.text()
    add(headers, name, cursor.bytes())
  }
  reader.offset = cursor.at
  return {
    magicByte,
    attributes: buffer.readInt8(start),
    timestamp: String(timestamp),
    offset: String(offset),
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext: batch,
  }
}

/** A name that comes again makes a list. */
function add(headers: Record<string, Header>, name: string, value: Buffer | null): void {
  const isNew = !Object.hasOwn(headers, name)
  const before = isNew ? undefined : headers[name]
  const now = before === undefined ? value : [before, value].flat()
  if (name !== '__proto__') headers[name] = now
  else {
    const own = { value: now, enumerable: true, configurable: true, writable: true }
    Object.defineProperty(headers, name, own)
  }
}

class Cursor {
  constructor(
    private readonly buffer: Buffer,
    public at: number,
  ) {}

  /** A zigzag varint of 32 bits. */
  int(): number {
    let result = 0
    let shift = 0
    let byte: number
    do {
      byte = this.buffer[this.at]!
      this.at += 1
      result |= (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80)
    return (result >>> 1) ^ -(result & 1)
  }

  /** A zigzag varint of 64 bits, exact in up to `EXACT_BYTES`. */
  long(): number {
    let result = 0
    let weight = 1
    let byte: number
    do {
      byte = this.buffer[this.at]!
      this.at += 1
      result += (byte & 0x7f) * weight
      weight *= 0x80
    } while (byte >= 0x80)
    return result % 2 === 0 ? result / 2 : -(result + 1) / 2
  }

  bytes(): Buffer | null {
    const size = this.int()
    if (size === -1) return null
    this.at += size
    return this.buffer.subarray(this.at - size, this.at)
  }

  text(): string {
    const size = this.int()
    this.at += Math.max(0, size)
    return this.buffer.toString('utf8', this.at - Math.max(0, size), this.at)
  }
}

/**
 * kafkajs 2.2.4 decodes a record with 64-bit objects for its numbers, and copies the headers that it has once for each
 * that it adds: half of what reading a record costs. `decodeRecord` reads the same. It is put in the place of
 * kafkajs' module, which kafkajs loads with its first fetch; for the whole process.
 */
export function replaceRecordDecoder(): void {
  const require = createRequire(import.meta.url)
  const file = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js')
  const theirs = require(file) as DecodeRecord
  if (theirs.name === 'decodeHere') return
  const decodeHere: DecodeRecord = (reader, batch) => decodeRecord(reader, batch, theirs)
  require.cache[file]!.exports = decodeHere
}

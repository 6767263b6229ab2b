import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { murmur2, partitionByKey } from './partitioner.js'

const partitionMetadata = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }))

describe('The partition of a record', () => {
  it("is the one that kafkajs' own partitioner chooses, for any key", () => {
    const ours = partitionByKey()
    const theirs = Partitioners.DefaultPartitioner()
    const anyKey = fc.oneof(
      fc.uuid(),
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 96 }), (key, partitions) => {
        const args = {
          topic: 'any',
          partitionMetadata: partitionMetadata(partitions),
          message: { key, value: null },
        }
        expect(ours(args)).toBe(theirs(args))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is any where there is no key, and the given one where one is given', () => {
    const choose = partitionByKey()
    const args = { topic: 'any', partitionMetadata: partitionMetadata(3) }
    expect([0, 1, 2]).toContain(choose({ ...args, message: { key: null, value: null } }))
    expect(choose({ ...args, message: { key: 'k', value: null, partition: 2 } })).toBe(2)
  })

  it("is made of Kafka's murmur2", () => {
    // From the tests of Kafka's Java client: UtilsTest.testMurmur2.
    const known: [string, number][] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ]
    for (const [text, hash] of known) expect(murmur2(Buffer.from(text))).toBe(hash)
  })
})

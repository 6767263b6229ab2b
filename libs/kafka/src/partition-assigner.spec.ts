import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { deal } from './partition-assigner.js'

const TOPICS = ['a', 'b', 'c']

const partitions = fc
  .array(fc.integer({ min: 1, max: 15 }), { minLength: TOPICS.length, maxLength: TOPICS.length })
  .map((counts) => new Map(TOPICS.map((topic, index) => [topic, [...Array(counts[index]).keys()]])))

const members = (topics: fc.Arbitrary<string[]>) =>
  fc.uniqueArray(fc.record({ memberId: fc.string(), topics }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ memberId }) => memberId,
  })

const sizeOf = (assignment: Record<string, number[]>) => Object.values(assignment).flat().length

describe('a deal', () => {
  it('gives each partition that anybody subscribes to to exactly one member, a subscriber', () => {
    fc.assert(
      fc.property(members(fc.subarray(TOPICS)), partitions, (group, topics) => {
        const dealt = deal(group, topics)
        expect(dealt.map(({ memberId }) => memberId).toSorted()).toEqual(
          group.map(({ memberId }) => memberId).toSorted(),
        )
        for (const { memberId, assignment } of dealt) {
          const { topics: subscribed } = group.find((member) => member.memberId === memberId)!
          expect(subscribed).toEqual(expect.arrayContaining(Object.keys(assignment)))
        }
        for (const [topic, ids] of topics) {
          const given = dealt.flatMap(({ assignment }) => assignment[topic] ?? [])
          const wanted = group.some((member) => member.topics.includes(topic))
          expect(given.toSorted((a, b) => a - b)).toEqual(wanted ? ids : [])
        }
      }),
    )
  })

  it('differs by no more than one partition between members with the same topics', () => {
    fc.assert(
      fc.property(members(fc.constant(TOPICS)), partitions, (group, topics) => {
        const sizes = deal(group, topics).map(({ assignment }) => sizeOf(assignment))
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is the same in whatever order the members are listed', () => {
    fc.assert(
      fc.property(members(fc.subarray(TOPICS)), partitions, (group, topics) => {
        expect(deal(group.toReversed(), topics)).toEqual(deal(group, topics))
      }),
    )
  })

  it('of a new topic leaves the old replicas out while a version is rolled out', () => {
    const dealt = deal(
      [
        { memberId: 'old', topics: ['a'] },
        { memberId: 'new', topics: ['a', 'b'] },
      ],
      new Map([
        ['a', [0, 1]],
        ['b', [0, 1]],
      ]),
    )
    expect(dealt).toEqual([
      { memberId: 'new', assignment: { a: [0], b: [0, 1] } },
      { memberId: 'old', assignment: { a: [1] } },
    ])
  })
})

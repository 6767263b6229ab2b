import { describe, expect, it } from 'vitest'
import { tellsDecision, tellsOutcome } from './answers.ts'
import { judge } from './dead-letters.ts'
import { contradiction, type Told } from './messages.ts'
import { timesOf, type Ending } from './times.ts'

const decidedAt = new Date('2025-11-22T19:00:00.000Z')
const decision = { _id: 'a', approval: 'approved', decidedAt }
const told: Told = {
  operationId: 'a',
  userId: 'a',
  outcome: 'completed',
  steps: { decidedAt: decidedAt.toISOString() },
}

describe('A message on how an operation ended', () => {
  it('agrees with the decision that is stored', () => {
    expect(contradiction(told, decision)).toBeUndefined()
    expect(
      contradiction(
        { ...told, outcome: 'failed', error: { code: 'approval-rejected' } },
        { ...decision, approval: 'rejected' },
      ),
    ).toBeUndefined()
  })

  it.each([
    ['another outcome', { outcome: 'failed' }, decision],
    ['a failure of what was completed', { error: { code: 'approval-deadline' } }, decision],
    ['another user', { userId: 'b' }, decision],
    ['another time', { steps: { decidedAt: '2025-11-22T19:00:00.001Z' } }, decision],
    ['another decision', {}, { ...decision, approval: 'expired' }],
    ['a decision that nobody stored', {}, undefined],
  ])('contradicts it by telling %s', (_, change, stored) => {
    expect(contradiction({ ...told, ...change }, stored)).toContain('user-create-response says')
  })
})

describe('An answer', () => {
  const finishedAt = new Date('2025-11-22T19:00:01.000Z')
  const outcome = { _id: 'a', state: 'completed', userId: 'a', finishedAt }
  const completed = {
    state: 'completed',
    result: { userId: 'a' },
    finishedAt: finishedAt.toISOString(),
  }

  it('tells the outcome that is stored', () => {
    expect(tellsOutcome(completed, outcome)).toBe(true)
    expect(tellsOutcome({ ...completed, state: 'failed' }, outcome)).toBe(false)
    expect(tellsOutcome({ ...completed, result: { userId: 'b' } }, outcome)).toBe(false)
    expect(tellsOutcome(completed, undefined)).toBe(false)
    expect(tellsOutcome({ state: 'pending' }, undefined)).toBe(true)
  })

  it('tells the decision that is stored', () => {
    const user = { approval: 'approved', decidedAt: decidedAt.toISOString() }
    expect(tellsDecision(user, decision)).toBe(true)
    expect(tellsDecision({ ...user, approval: 'rejected' }, decision)).toBe(false)
    expect(tellsDecision({ approval: 'pending' }, decision)).toBe(false)
  })
})

describe('Dead letters', () => {
  const poison = { topic: 'user-create', key: 'poison 1', value: '{}' } as const
  const letter = { ...poison, reason: 'wrong-shape' }

  it('are what was poisoned, maybe more than once', () => {
    expect(judge([letter, letter], [poison])).toEqual({ buried: 1, sentences: [] })
  })

  it.each([
    ['is not among the dead letters', []],
    ['not as it was sent', [{ ...letter, value: '{"a":1}' }]],
    ['is a dead letter that nobody poisoned', [letter, { ...letter, key: 'an id' }]],
    ['is not among the dead letters', [{ ...letter, topic: 'user-approve' } as const]],
  ])('tell when one %s', (sentence, letters) => {
    expect(judge(letters, [poison]).sentences).toContainEqual(expect.stringContaining(sentence))
  })
})

describe('The times', () => {
  async function* endings(...times: [string, number][]): AsyncGenerator<Ending> {
    for (const [_id, time] of times) yield { _id, finishedAt: new Date(time) }
  }

  it('tell the slowest operation and the longest time without an end', async () => {
    const accepted: Record<string, number> = { a: 1_000, b: 1_500, c: 2_000 }
    const ended = endings(['a', 9_000], ['b', 2_000], ['c', 9_100])
    expect(
      await timesOf(
        ended,
        { from: new Date(1_000), until: new Date(8_000) },
        (id) => accepted[id]!,
      ),
    ).toEqual({
      longest: { id: 'a', seconds: 8 },
      pause: { since: new Date(2_000), seconds: 7 },
    })
  })

  it('tell no pause of when nobody asked for anything any more', async () => {
    const asking = { from: new Date(1_000), until: new Date(2_000) }
    const { pause } = await timesOf(endings(['a', 2_500], ['b', 9_000]), asking, () => 1_000)
    expect(pause).toEqual({ since: new Date(1_000), seconds: 1.5 })
  })
})

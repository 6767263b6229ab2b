import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DatabaseUnavailable, OutcomeUnknown } from './database.errors.js'
import { GroupCommit } from './group-commit.js'

/** A write under way, which the test ends. */
interface Write {
  items: number[]
  store: () => void
  fail: (error: unknown) => void
}

let writes: Write[]
let commit: GroupCommit<number, string>

beforeEach(() => {
  vi.useFakeTimers()
  writes = []
  commit = new GroupCommit(
    (items) =>
      new Promise((resolve, reject) => {
        const store = () => resolve(items.map((item) => `stored ${item}`))
        writes.push({ items, store, fail: reject })
      }),
  )
})

afterEach(() => {
  vi.useRealTimers()
})

/** Adds items, and tells what became of each so far. */
function add(...items: number[]): string[] {
  const results = items.map(() => 'waits')
  for (const [index, item] of items.entries()) {
    commit.add(item).then(
      (stored) => (results[index] = stored),
      (error: Error) => (results[index] = error.message),
    )
  }
  return results
}

/** Longer than anything waits for company. */
const linger = () => vi.advanceTimersByTimeAsync(10)
const settle = () => vi.advanceTimersByTimeAsync(0)
const sizes = () => writes.map(({ items }) => items.length)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('a group commit', () => {
  it('writes what comes alone at once', async () => {
    add(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(sizes()).toEqual([1])
    writes[0]!.store()
    await settle()
    add(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(sizes()).toEqual([1, 1])
  })

  it('makes one write of what comes within its linger, in order, while there is company', async () => {
    add(1, 2)
    await linger()
    writes[0]!.store()
    await settle()
    add(3)
    await vi.advanceTimersByTimeAsync(9)
    add(4, 5)
    expect(sizes()).toEqual([2])
    await vi.advanceTimersByTimeAsync(1)
    expect(writes[1]!.items).toEqual([3, 4, 5])
  })

  it('tells each what was stored for it, once it is stored', async () => {
    const results = add(1, 2)
    await linger()
    expect(results).toEqual(['waits', 'waits'])
    writes[0]!.store()
    await settle()
    expect(results).toEqual(['stored 1', 'stored 2'])
  })

  it('makes one write of 500, two of 501', async () => {
    add(...upTo(500))
    await linger()
    expect(sizes()).toEqual([500])
    writes[0]!.store()
    await settle()
    add(...upTo(501))
    await linger()
    expect(sizes()).toEqual([500, 500])
    writes[1]!.store()
    await linger()
    expect(sizes()).toEqual([500, 500, 1])
  })

  it('has one write under way, and collects for the next one meanwhile', async () => {
    add(1)
    await linger()
    add(2, 3)
    await linger()
    add(4)
    await linger()
    expect(sizes()).toEqual([1])
    expect(commit.size).toBe(3)
    writes[0]!.store()
    await linger()
    expect(writes[1]!.items).toEqual([2, 3, 4])
    expect(commit.size).toBe(0)
  })

  it('never writes nothing', async () => {
    add(1)
    await linger()
    writes[0]!.store()
    await vi.runAllTimersAsync()
    expect(sizes()).toEqual([1])
  })
})

describe('a write that fails', () => {
  it('for an item fails those of its batch, and no others', async () => {
    const failing = add(1, 2)
    await linger()
    const waiting = add(3)
    writes[0]!.fail(new Error('no'))
    await linger()
    writes[1]!.store()
    await settle()
    expect([failing, waiting]).toEqual([['no', 'no'], ['stored 3']])
  })

  it.each([new DatabaseUnavailable(), new OutcomeUnknown()])(
    'in an outage ($code) fails those who wait as well, as not stored: none waits for two failures',
    async (outage) => {
      add(1)
      await linger()
      const waiting = add(2, 3)
      writes[0]!.fail(outage)
      await settle()
      const { message } = new DatabaseUnavailable()
      expect(waiting).toEqual([message, message])
      expect(commit.size).toBe(0)
      await vi.runAllTimersAsync()
      expect(sizes()).toEqual([1])
    },
  )

  it.each([
    ['is not written', 1_001, []],
    ['is written', 1_000, [1]],
  ])(
    'or is slow: who has waited for it as long as anybody may %s',
    async (_, milliseconds, expected) => {
      add(1)
      await linger()
      const waiting = add(2)
      await vi.advanceTimersByTimeAsync(milliseconds)
      writes[0]!.store()
      await linger()
      expect(sizes().slice(1)).toEqual(expected)
      expect(waiting).toEqual(expected.length > 0 ? ['waits'] : [new DatabaseUnavailable().message])
    },
  )

  it('does not keep what comes later from being written', async () => {
    add(1)
    await linger()
    writes[0]!.fail(new DatabaseUnavailable())
    await settle()
    const later = add(2)
    await linger()
    writes[1]!.store()
    await settle()
    expect(later).toEqual(['stored 2'])
  })
})

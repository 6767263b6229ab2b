import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FetchPace } from './fetch-pace.js'

// vitest's clock does not reach this module.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds)),
}))

let pace: FetchPace

beforeEach(() => {
  vi.useFakeTimers()
  pace = new FetchPace()
})

afterEach(() => {
  vi.useRealTimers()
})

/**
 * A fetch is answered with so many records of each partition.
 * @returns whether the next one may be made
 */
function answer(...partitions: number[]): () => boolean {
  pace.fetched()
  return handOver(...partitions)
}

function handOver(...partitions: number[]): () => boolean {
  let mayGoOn = false
  void Promise.all(partitions.map((records) => pace.rest(records))).then(() => (mayGoOn = true))
  return () => mayGoOn
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

describe('the next fetch', () => {
  it('does not wait after a single record', async () => {
    const mayGoOn = answer(1)
    await pass(0)
    expect(mayGoOn()).toBe(true)
  })

  it.each([[[2]], [[1, 1]], [[300, 1, 300]]])(
    'waits after several records (%j by partition), until 50 ms after the answer',
    async (partitions) => {
      const mayGoOn = answer(...partitions)
      await pass(49)
      expect(mayGoOn()).toBe(false)
      await pass(1)
      expect(mayGoOn()).toBe(true)
    },
  )

  it('waits no longer for records that take a while to be handed over', async () => {
    pace.fetched()
    await pass(40)
    const mayGoOn = handOver(2)
    await pass(9)
    expect(mayGoOn()).toBe(false)
    await pass(1)
    expect(mayGoOn()).toBe(true)
    const late = handOver(2)
    await pass(0)
    expect(late()).toBe(true)
  })

  it.each([[[1_000]], [[500, 500]], [[1, 998, 1]]])(
    'does not wait after a great many (%j by partition): more are waiting already',
    async (partitions) => {
      const mayGoOn = answer(...partitions)
      await pass(0)
      expect(mayGoOn()).toBe(true)
    },
  )

  it('waits after one less than a great many', async () => {
    const mayGoOn = answer(500, 499)
    await pass(49)
    expect(mayGoOn()).toBe(false)
  })

  it('is paced by the last answer alone', async () => {
    answer(2_000)
    const afterOne = answer(1)
    await pass(0)
    expect(afterOne()).toBe(true)
    const afterSeveral = answer(2)
    await pass(49)
    expect(afterSeveral()).toBe(false)
  })
})

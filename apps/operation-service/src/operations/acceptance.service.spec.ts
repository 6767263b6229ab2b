import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { acceptedAt, firstIdAt } from '#contracts'
import { DatabaseUnavailable, OutcomeUnknown } from '#store'
import { MemoryRecords } from '#testing'

import { type Outbox } from '../publication/outbox.service.js'
import { type PublicationMarks } from '../publication/publication-marks.service.js'
import { Acceptance } from './acceptance.service.js'
import { type OperationRecord } from './operation.schema.js'
import { type OperationMetrics } from './operations.metrics.js'
import { type OperationsRepository } from './operations.repository.js'

// vitest's clock does not reach this module.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds)),
}))

Logger.overrideLogger(false)

const MOST_UNPUBLISHED = 1_000

/** What happened, in order. */
let story: string[]
let records: MemoryRecords<OperationRecord>
/** How calls of the database end, one after the other; then they succeed. */
let faults: Error[]
/** Whether a write that fails is stored all the same. */
let isStoredUnheard: boolean
const marks = { isKept: true, processId: 'me' }
const outbox = { size: 0, expect: vi.fn(), forget: vi.fn(), publish: vi.fn() }
let acceptance: Acceptance

beforeEach(() => {
  vi.useFakeTimers()
  story = []
  faults = []
  isStoredUnheard = false
  records = new MemoryRecords()
  marks.isKept = true
  outbox.size = 0
  for (const call of ['expect', 'forget', 'publish'] as const) {
    outbox[call].mockImplementation((all: OperationRecord[]) => {
      if (all.length > 0) story.push(`${call} ${all.map(({ name }) => name).join(' ')}`)
    })
  }
  const write = {
    insert: async (all: OperationRecord[]) => {
      const fault = faults.shift()
      story.push(fault ? 'write fails' : 'write')
      if (!fault || isStoredUnheard) await records.insert(all)
      if (fault) throw fault
    },
    present: async (ids: string[]) => {
      const fault = faults.shift()
      story.push(fault ? 'look fails' : 'look')
      if (fault) throw fault
      return records.present(ids)
    },
  }
  acceptance = new Acceptance(
    { accepted: write, operations: write } as unknown as OperationsRepository,
    outbox as unknown as Outbox,
    marks as unknown as PublicationMarks,
    {
      accepted: (count) => story.push(`count ${count}`),
    } as Pick<OperationMetrics, 'accepted'> as OperationMetrics,
    MOST_UNPUBLISHED,
  )
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets so many milliseconds pass until it is accepted or refused. */
async function accept(name: string): Promise<OperationRecord | Error> {
  const accepted = acceptance.accept({ name }).catch((error: Error) => error)
  await vi.advanceTimersByTimeAsync(10)
  return accepted
}

describe('the acceptance of an operation', () => {
  it('expects it to be stored, stores it, publishes it and counts it, in this order', async () => {
    const operation = (await accept('alice')) as OperationRecord
    expect(story).toEqual(['expect alice', 'write', 'publish alice', 'count 1'])
    expect(await records.get(operation._id)).toEqual(operation)
    expect(operation).toMatchObject({
      name: 'alice',
      acceptedBy: 'me',
      createdAt: new Date(acceptedAt(operation._id)),
    })
  })

  it('makes one write of several', async () => {
    const all = await Promise.all([accept('alice'), accept('bob')])
    expect(story).toEqual(['expect alice bob', 'write', 'publish alice bob', 'count 2'])
    expect(all.map((each) => 'name' in each && each.name)).toEqual(['alice', 'bob'])
  })

  it('that is refused by a database that is away leaves nothing behind', async () => {
    faults = [new DatabaseUnavailable()]
    expect(await accept('alice')).toBeInstanceOf(DatabaseUnavailable)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(story).toEqual(['expect alice', 'write fails', 'forget alice'])
  })

  it('of which the outcome is unknown is looked for until it is found, durably, and then published', async () => {
    faults = [new OutcomeUnknown(), new DatabaseUnavailable()]
    isStoredUnheard = true
    expect(await accept('alice')).toBeInstanceOf(OutcomeUnknown)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(story).toEqual([
      'expect alice',
      'write fails',
      'look fails',
      'look',
      'write',
      'publish alice',
      'count 1',
    ])
  })

  it('of which the outcome is unknown is not written later: others may look no more for so old an id', async () => {
    faults = [new OutcomeUnknown()]
    expect(await accept('alice')).toBeInstanceOf(OutcomeUnknown)
    await vi.advanceTimersByTimeAsync(119_000)
    expect(new Set(story)).toEqual(new Set(['expect alice', 'write fails', 'look']))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(story.slice(-2)).toEqual(['look', 'forget alice'])
    expect(await records.countAfter(firstIdAt(0))).toBe(0)
  })

  it('is refused before this process has stored its mark, for nobody would look for it', async () => {
    marks.isKept = false
    expect(await accept('alice')).toBeInstanceOf(DatabaseUnavailable)
    expect(story).toEqual([])
  })

  it('is refused while as many wait to be published as may, and not while one less does', async () => {
    outbox.size = MOST_UNPUBLISHED
    expect(await accept('alice')).toMatchObject({ code: 'too-much-unpublished', canRetry: true })
    outbox.size = MOST_UNPUBLISHED - 1
    expect(await accept('bob')).toMatchObject({ name: 'bob' })
  })
})

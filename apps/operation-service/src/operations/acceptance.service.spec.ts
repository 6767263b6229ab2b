import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { acceptedAt, firstIdAt } from '#contracts'
import { DatabaseUnavailable, OutcomeUnknown } from '#store'
import { MemoryRecords } from '#testing'

import { type Outbox } from '../publication/outbox.service.js'
import { type PublicationMarks } from '../publication/publication-marks.service.js'
import { Acceptance, type AcceptanceOptions } from './acceptance.service.js'
import { type OperationRecord } from './operation.schema.js'
import { type OperationMetrics } from './operations.metrics.js'
import { type OperationsRepository } from './operations.repository.js'
import { UnsettledOperations } from './unsettled-operations.service.js'

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
const marks = { isKept: true, processId: 'me', keep: vi.fn() }
const outbox = { size: 0, expect: vi.fn(), forget: vi.fn(), hold: vi.fn(), publish: vi.fn() }
let acceptance: Acceptance

beforeEach(() => {
  vi.useFakeTimers()
  story = []
  faults = []
  isStoredUnheard = false
  records = new MemoryRecords()
  marks.isKept = true
  outbox.size = 0
  const names = new Map<string, string>()
  const nameOf = ({ _id = '', name = names.get(_id) ?? 'an id' }: Partial<OperationRecord>) => {
    names.set(_id, name)
    return name
  }
  for (const call of ['expect', 'forget', 'publish'] as const) {
    outbox[call].mockImplementation((all: OperationRecord[]) => {
      if (all.length > 0) story.push(`${call} ${all.map(nameOf).join(' ')}`)
    })
  }
  outbox.hold.mockImplementation((_id: string, milliseconds: number) =>
    story.push(`hold ${nameOf({ _id })} for ${milliseconds / 1_000} s`),
  )
  marks.keep.mockImplementation(async () => void story.push('keep the mark'))
  const write = {
    insert: async (all: OperationRecord[]) => {
      const fault = faults.shift()
      story.push(fault ? 'write fails' : 'write')
      const present = !fault || isStoredUnheard ? await records.insert(all) : undefined
      if (fault) throw fault
      return present
    },
    find: async (ids: string[]) => {
      const fault = faults.shift()
      story.push(fault ? 'look fails' : 'look')
      if (fault) throw fault
      return records.find(ids)
    },
  }
  const metrics = { accepted: (count: number) => story.push(`count ${count}`) }
  const others = [
    { accepted: write, operations: write } as unknown as OperationsRepository,
    outbox as unknown as Outbox,
    marks as unknown as PublicationMarks,
    metrics as unknown as OperationMetrics,
  ] as const
  acceptance = new Acceptance(...others, new UnsettledOperations(...others), MOST_UNPUBLISHED)
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets so many milliseconds pass until it is accepted or refused. */
async function accept(name: string, options: AcceptanceOptions = {}) {
  const accepted = acceptance.accept({ name }, options).catch((error: Error) => error)
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

describe('an operation that an idempotency key stands for', () => {
  const idOfAge = (milliseconds: number) => firstIdAt(Date.now() - milliseconds)

  /** As a request that is repeated. */
  async function begin(name: string, id: string) {
    const begun = acceptance.begin({ name }, id, undefined).catch((error: Error) => error)
    await vi.advanceTimersByTimeAsync(10)
    return begun
  }

  it('is accepted as any other while its id is new', async () => {
    const id = idOfAge(500)
    expect(await accept('alice', { id })).toMatchObject({ _id: id, name: 'alice' })
    expect(story).toEqual(['write', 'publish alice', 'count 1'])
  })

  it('is accepted after the mark is stored where its id is older', async () => {
    const id = idOfAge(30_000)
    expect(await accept('alice', { id })).toMatchObject({ _id: id })
    expect(story).toEqual(['keep the mark', 'write', 'publish alice', 'count 1'])
  })

  it('is begun by a repeated request, after the mark is stored', async () => {
    const id = idOfAge(500)
    expect(await begin('alice', id)).toMatchObject({ operation: { _id: id }, isNew: true })
    expect(story).toEqual(['expect an id', 'keep the mark', 'write', 'publish alice', 'count 1'])
  })

  it('is begun once by several', async () => {
    const id = idOfAge(30_000)
    const all = await Promise.all([begin('alice', id), begin('alice', id), begin('alice', id)])
    expect(all).toMatchObject([{ isNew: true }, { isNew: false }, { isNew: false }])
    expect(story).toEqual(['expect an id', 'keep the mark', 'write', 'publish alice', 'count 1'])
  })

  it('is expected by whoever made its id, if that is one of them', async () => {
    const id = idOfAge(30_000)
    const all = await Promise.all([begin('alice', id), accept('alice', { id })])
    expect(all).toMatchObject([{ isNew: false }, { _id: id }])
    expect(story).toEqual(['keep the mark', 'write', 'publish alice', 'count 1'])
  })

  it('is neither published nor counted again where it is stored', async () => {
    const id = idOfAge(30_000)
    await accept('alice', { id })
    story = []
    expect(await begin('alice', id)).toMatchObject({ isNew: false })
    expect(story).toEqual(['expect alice', 'keep the mark', 'write', 'forget alice', 'count 0'])
  })

  it('is not begun where its id is so old that nobody may hold its mark back any more', async () => {
    const id = idOfAge(66_000)
    expect(await begin('alice', id)).toBeInstanceOf(DatabaseUnavailable)
    expect(story).toEqual(['expect an id', 'keep the mark', 'forget an id'])
  })

  it('is not begun where this process sleeps while it stores its mark', async () => {
    marks.keep.mockImplementation(async () => void vi.setSystemTime(Date.now() + 60_000))
    expect(await begin('alice', idOfAge(30_000))).toBeInstanceOf(DatabaseUnavailable)
    expect(await records.countAfter(firstIdAt(0))).toBe(0)
  })

  it('is not begun where the mark was not stored', async () => {
    marks.keep.mockRejectedValue(new OutcomeUnknown())
    expect(await begin('alice', idOfAge(30_000))).toBeInstanceOf(DatabaseUnavailable)
    expect(story).toEqual(['expect an id', 'forget an id'])
  })

  it('that is refused keeps the mark below its id: a repeated request may begin it elsewhere', async () => {
    faults = [new DatabaseUnavailable()]
    const id = idOfAge(500)
    expect(await accept('alice', { id })).toBeInstanceOf(DatabaseUnavailable)
    expect(story).toEqual(['write fails', 'hold an id for 69.5 s', 'forget an id'])
  })

  it('of which the outcome is unknown is published and counted once, though a repeated request meets it', async () => {
    faults = [new OutcomeUnknown()]
    isStoredUnheard = true
    const id = idOfAge(500)
    expect(await accept('alice', { id })).toBeInstanceOf(OutcomeUnknown)
    expect(await begin('alice', id)).toMatchObject({ isNew: false })
    await vi.advanceTimersByTimeAsync(130_000)
    expect(story.filter((line) => line === 'publish alice')).toHaveLength(1)
    expect(story.filter((line) => line === 'count 1')).toHaveLength(1)
  })

  it('of which the outcome is unknown is published and counted once, though a repeated request writes it', async () => {
    faults = [new OutcomeUnknown()]
    const id = idOfAge(500)
    expect(await accept('alice', { id })).toBeInstanceOf(OutcomeUnknown)
    expect(await begin('alice', id)).toMatchObject({ isNew: true })
    await vi.advanceTimersByTimeAsync(130_000)
    expect(story.filter((line) => line === 'publish alice')).toHaveLength(1)
    expect(story.filter((line) => line === 'count 1')).toHaveLength(1)
    // Each of the two expected it: one is forgotten, one published.
    expect(story.filter((line) => line.startsWith('forget'))).toHaveLength(1)
  })

  it('of which the outcome is unknown twice is forgotten twice', async () => {
    faults = [new OutcomeUnknown(), new OutcomeUnknown()]
    const id = idOfAge(500)
    await accept('alice', { id })
    await begin('alice', id)
    await vi.advanceTimersByTimeAsync(130_000)
    expect(story.filter((line) => line === 'forget an id')).toHaveLength(2)
  })

  it('is left to another process that has stored it', async () => {
    faults = [new OutcomeUnknown()]
    const id = idOfAge(500)
    await accept('alice', { id })
    const createdAt = new Date(acceptedAt(id))
    await records.insert([{ _id: id, name: 'alice', createdAt, acceptedBy: 'another' }])
    await vi.advanceTimersByTimeAsync(130_000)
    expect(story.slice(-3)).toEqual(['look', 'write', 'forget alice'])
  })
})

import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { firstIdAt } from '#contracts'
import { type Publisher } from '#kafka'
import { FakePublisher, MemoryRecords } from '#testing'

import { type OperationRecord } from '../operations/operation.schema.js'
import { type OperationsRepository } from '../operations/operations.repository.js'
import { OverdueOperations } from './overdue-operations.service.js'

const DEADLINE = 60_000
const START = 1_800_000_000_000

let operations: MemoryRecords<OperationRecord>
let publisher: FakePublisher
let overdue: OverdueOperations

Logger.overrideLogger(false)

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  operations = new MemoryRecords()
  publisher = new FakePublisher()
  overdue = new OverdueOperations(
    DEADLINE,
    { operations } as unknown as OperationsRepository,
    publisher as unknown as Publisher,
  )
})

afterEach(() => {
  vi.useRealTimers()
})

async function accept(age: number): Promise<string> {
  const createdAt = new Date(START - age)
  const _id = firstIdAt(createdAt.getTime())
  await operations.insert([{ _id, name: 'alice', createdAt, acceptedBy: 'me' }])
  return _id
}

/** The caretaker's round, once a second. @returns the seconds in which an id was asked for */
async function rounds(seconds: number, open: string[], id = open[0]): Promise<number[]> {
  const asked: number[] = []
  for (let second = 0; second < seconds; second += 1) {
    const before = publisher.published('user-create', id).length
    overdue.askAgain(open)
    await vi.advanceTimersByTimeAsync(1_000)
    if (publisher.published('user-create', id).length > before) asked.push(second)
  }
  return asked
}

describe('an open operation', () => {
  it('is asked for again once it is as old as the deadline, and not before', async () => {
    const young = await accept(DEADLINE - 1_000)
    const [old] = [await accept(DEADLINE)]
    overdue.askAgain([old, young])
    await vi.advanceTimersByTimeAsync(0)
    expect(publisher.published('user-create')).toMatchObject([{ operationId: old }])
    await vi.advanceTimersByTimeAsync(1_000)
    overdue.askAgain([old, young])
    await vi.advanceTimersByTimeAsync(0)
    expect(publisher.published('user-create', young)).toHaveLength(1)
  })

  it('is asked for again after 5, 10, 20, 40 and then each 60 seconds, not each second', async () => {
    const id = await accept(DEADLINE)
    expect(await rounds(200, [id])).toEqual([0, 5, 15, 35, 75, 135, 195])
  })

  it('is asked for in the trace that was stored with it, and in its own where there is none', async () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' }
    const createdAt = new Date(START - DEADLINE)
    const [_id, other] = [firstIdAt(createdAt.getTime() - 1), await accept(DEADLINE)]
    await operations.insert([{ _id, name: 'bob', createdAt, acceptedBy: 'me', ...trace }])
    await rounds(1, [_id, other])
    expect(publisher.traces('user-create', _id)).toEqual([trace])
    expect(publisher.traces('user-create', other)).toEqual([undefined])
  })

  it('that ends is forgotten', async () => {
    const id = await accept(DEADLINE)
    await rounds(1, [id])
    await rounds(1, [], id)
    expect(await rounds(6, [id])).toEqual([0, 5])
  })

  it('is asked for in the next round when the broker did not take the question', async () => {
    const id = await accept(DEADLINE)
    publisher.isAway = true
    await rounds(2, [id])
    publisher.isAway = false
    expect(await rounds(3, [id])).toEqual([0])
  })
})

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { firstIdAt, type MessageOf } from '#contracts'
import { type Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'
import { MemoryRecords } from '#testing'

import { type OperationRecord } from '../operations/operation.schema.js'
import { type OperationsRepository } from '../operations/operations.repository.js'
import {
  GOOD_FOR,
  type PublicationMark,
  type PublicationMarks,
} from '../publication/publication-marks.service.js'
import { type OutcomeRecord } from '../operations/outcome.schema.js'
import { Takeover } from './takeover.service.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A process that died, an hour ago if not said, and left so many operations unpublished. */
async function aDeadProcess(operations: number, died = Date.now() - HOUR) {
  const records = new MemoryRecords<OperationRecord>()
  const ids = Array.from({ length: operations }, (_, index) => firstIdAt(died + index))
  await records.insert(
    ids.map((_id) => ({ _id, name: 'alice', createdAt: new Date(died), acceptedBy: 'dead' })),
  )
  const marks = {
    kept: [{ _id: 'dead', publishedBelow: firstIdAt(died), heartbeatAt: new Date(died) }],
    ofTheDead: async () => [...marks.kept],
    moveOn: async (mark: PublicationMark, publishedBelow: string) => {
      marks.kept = marks.kept.map((each) =>
        each._id === mark._id ? { ...each, publishedBelow } : each,
      )
    },
    forget: async (mark: PublicationMark) => {
      if (Date.now() - mark.heartbeatAt.getTime() < 10 * MINUTE) return
      marks.kept = marks.kept.filter(({ _id }) => _id !== mark._id)
    },
  }
  const outcomes = new MemoryRecords<OutcomeRecord>()
  const stillOpen = async (some: OperationRecord[]) => {
    const ended = await outcomes.present(some.map(({ _id }) => _id))
    return some.filter(({ _id }) => !ended.has(_id))
  }
  const published = new Set<string>()
  const traces = new Map<string, TraceContext | undefined>()
  let failures = 0
  const publisher = {
    failNext: (count: number) => (failures = count),
    publish: async (
      _topic: string,
      messages: MessageOf<'user-create'>[],
      parents: (TraceContext | undefined)[],
    ) => {
      if (published.size > 0 && failures > 0) {
        failures -= 1
        throw new Error('the broker is away')
      }
      for (const [index, { operationId }] of messages.entries()) {
        published.add(operationId)
        traces.set(operationId, parents[index])
      }
    },
  }
  const takeover = new Takeover(
    marks as unknown as PublicationMarks,
    { operations: records, stillOpen } as unknown as OperationsRepository,
    publisher as unknown as Publisher,
  )
  return { ids, records, outcomes, marks, published, traces, publisher, takeover }
}

describe('Taking over from a dead process', () => {
  it('publishes everything above its mark, and then forgets it', async () => {
    const { ids, marks, published, takeover } = await aDeadProcess(1_001)
    await takeover.publishForTheDead(async () => true)
    expect(published).toEqual(new Set(ids))
    expect(marks.kept).toEqual([])
  })

  it("publishes each in its client's trace, which is stored with it", async () => {
    const died = Date.now() - HOUR
    const { ids, records, traces, takeover } = await aDeadProcess(2, died)
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' }
    const [_id, createdAt] = [firstIdAt(died + 10), new Date(died)]
    await records.insert([{ _id, name: 'bob', createdAt, acceptedBy: 'dead', ...trace }])
    await takeover.publishForTheDead(async () => true)
    expect(traces.get(_id)).toEqual(trace)
    for (const id of ids) expect(traces.get(id)).toBeUndefined()
  })

  it('goes on where it stopped when the broker went away after the first page', async () => {
    const { ids, marks, published, publisher, takeover } = await aDeadProcess(1_001)
    publisher.failNext(1)
    await expect(takeover.publishForTheDead(async () => true)).rejects.toThrow('the broker is away')
    expect(published.size).toBeLessThan(ids.length)
    expect(marks.kept).toHaveLength(1)

    await takeover.publishForTheDead(async () => true)
    expect(published).toEqual(new Set(ids))
    expect(marks.kept).toEqual([])
  })

  it('stops, and keeps the mark, when another process has become the one to do it', async () => {
    const { marks, published, takeover } = await aDeadProcess(1_001)
    let pages = 0
    await takeover.publishForTheDead(async () => (pages += 1) <= 1)
    expect(published.size).toBe(500)
    expect(marks.kept).toHaveLength(1)
  })

  it('publishes what the network held back until it had looked, and holds the mark for that long', async () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 })
    onTestFinished(() => void vi.useRealTimers())
    const died = Date.now() - 6_000
    const { marks, published, records, outcomes, takeover } = await aDeadProcess(2, died)
    const [{ publishedBelow }] = marks.kept as [PublicationMark]
    await takeover.publishForTheDead(async () => true)
    expect(published.size).toBe(2)
    await outcomes.insert([...published].map(outcomeOf))

    vi.setSystemTime(died + MINUTE / 2)
    await takeover.publishForTheDead(async () => true)
    vi.setSystemTime(died + MINUTE)
    const late = { _id: firstIdAt(died + 500), name: 'bob', createdAt: new Date(died) }
    await records.insert([{ ...late, acceptedBy: 'dead' }])
    published.clear()
    await takeover.publishForTheDead(async () => true)
    expect([...published]).toEqual([])
    expect(marks.kept[0]!.publishedBelow).toBe(publishedBelow)

    vi.setSystemTime(died + 2 * MINUTE + GOOD_FOR - 1)
    await takeover.publishForTheDead(async () => true)
    expect(marks.kept[0]!.publishedBelow).toBe(publishedBelow)

    vi.setSystemTime(died + 2 * MINUTE + GOOD_FOR)
    await takeover.publishForTheDead(async () => true)
    expect([...published]).toEqual([late._id])
    expect(marks.kept[0]!.publishedBelow > late._id).toBe(true)
  })
})

const outcomeOf = (_id: string): OutcomeRecord => ({
  _id,
  state: 'completed',
  userId: _id,
  steps: {},
  finishedAt: new Date(),
})

import { type KafkaMessage } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { eventually } from '#testing'

import { record, records } from '../test/records.js'
import { Lane, type LaneWork } from './lane.js'

/** Work that notes what it is given, and goes on when it is told to. */
class FakeWork implements LaneWork {
  readonly chunks: number[][] = []
  readonly committed: number[] = []
  readonly calls: string[] = []
  private readonly gates: (() => void)[] = []
  held = false

  constructor(readonly chunkSize = 500) {}

  async process(
    _partition: number,
    messages: KafkaMessage[],
    signal: AbortSignal,
    finished: (count: number) => void,
  ): Promise<void> {
    this.chunks.push(messages.map(({ offset }) => Number(offset)))
    if (this.held) await new Promise<void>((resolve) => this.gates.push(resolve))
    if (!signal.aborted || !this.leavesUndone) finished(messages.length)
  }
  leavesUndone = false

  /** Lets the chunk in hand end. */
  next(): void {
    this.gates.shift()?.()
  }

  done(_lane: Lane, offset: number): void {
    this.committed.push(offset)
  }

  pause(): void {
    this.calls.push('pause')
  }

  resume(): void {
    this.calls.push('resume')
  }

  get taken(): number[] {
    return this.chunks.flat()
  }
}

function setUp({ chunkSize = 500, held = false } = {}) {
  const work = new FakeWork(chunkSize)
  work.held = held
  return { work, lane: new Lane('user-create', 3, work) }
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index)

describe('a lane', () => {
  it('handles messages in order, one chunk after the other', async () => {
    const { work, lane } = setUp()
    lane.accept(records(700), 2_000)
    lane.accept(records(600, 700), 2_000)
    await eventually(() => expect(work.committed.at(-1)).toBe(1_300))
    expect(work.taken).toEqual(range(0, 1_300))
    expect(Math.max(...work.chunks.map(({ length }) => length))).toBe(500)
  })

  it('takes no more at once than the work allows', async () => {
    const { work, lane } = setUp({ chunkSize: 2 })
    lane.accept(records(5), 5)
    await eventually(() => expect(work.chunks).toEqual([[0, 1], [2, 3], [4]]))
  })

  it('has one chunk in hand at a time', async () => {
    const { work, lane } = setUp({ chunkSize: 2, held: true })
    lane.accept(records(4), 4)
    lane.accept(records(4, 4), 8)
    expect(work.chunks).toEqual([[0, 1]])
    work.next()
    await eventually(() =>
      expect(work.chunks).toEqual([
        [0, 1],
        [2, 3],
      ]),
    )
  })

  it('goes on with what comes after it had nothing to do', async () => {
    const { work, lane } = setUp()
    lane.accept(records(2), 2)
    await eventually(() => expect(work.committed).toEqual([2]))
    lane.accept(records(2, 2), 4)
    await eventually(() => expect(work.committed).toEqual([2, 4]))
  })

  it('commits past gaps between offsets, as compaction and transactions leave them', async () => {
    const { work, lane } = setUp()
    lane.accept([record({ offset: 3 }), record({ offset: 9 }), record({ offset: 40 })], 100)
    await eventually(() => expect(work.committed).toEqual([41]))
  })

  it('says how far it is as soon as a part of a chunk is done', async () => {
    const { work, lane } = setUp()
    work.process = async (_partition, _messages, _signal, finished) => {
      finished(1)
      finished(2)
    }
    lane.accept(records(4, 10), 20)
    await eventually(() => expect(work.committed).toEqual([11, 13]))
  })
})

describe('a lane that gets messages faster than they are handled', () => {
  it('asks for no more from 1,000 on, and again when half of them are done', async () => {
    const { work, lane } = setUp({ held: true })
    lane.accept(records(500), 5_000)
    lane.accept(records(999, 500), 5_000)
    expect(work.calls).toEqual([])
    lane.accept(records(1, 1_499), 5_000)
    expect(work.calls).toEqual(['pause'])
    work.next()
    await eventually(() => expect(work.chunks).toHaveLength(2))
    expect(work.calls).toEqual(['pause'])
    work.next()
    await eventually(() => expect(work.chunks).toHaveLength(3))
    expect(work.calls).toEqual(['pause', 'resume'])
  })

  it('keeps what is still handed over while it is full, and asks to stop once', () => {
    const { work, lane } = setUp({ held: true })
    lane.accept(records(1_600), 5_000)
    lane.accept(records(100, 1_600), 5_000)
    expect(work.calls).toEqual(['pause'])
  })
})

describe('a lane that gets messages again, as after a rebalance', () => {
  it('takes neither what is in hand nor what waits twice', async () => {
    const { work, lane } = setUp({ held: true, chunkSize: 3 })
    lane.accept(records(6), 8)
    lane.accept(records(8), 8)
    for (const chunks of [1, 2, 3]) {
      await eventually(() => expect(work.chunks).toHaveLength(chunks))
      work.next()
    }
    await eventually(() => expect(work.committed.at(-1)).toBe(8))
    expect(work.taken).toEqual(range(0, 8))
  })

  it('loses nothing when a fetch from before the rebalance ends after it', async () => {
    const { work, lane } = setUp({ held: true, chunkSize: 2 })
    lane.accept(records(4), 10)
    // The group rejoins here. What follows was asked for before, what comes then starts at the last commit.
    lane.accept(records(3, 4), 10)
    lane.accept(records(10), 10)
    for (const chunks of [1, 2, 3, 4, 5]) {
      await eventually(() => expect(work.chunks).toHaveLength(chunks))
      work.next()
    }
    await eventually(() => expect(work.committed.at(-1)).toBe(10))
    expect(work.taken).toEqual(range(0, 10))
  })

  it('takes them when the topic was made anew: its end lies before what was seen', async () => {
    const { work, lane } = setUp()
    lane.accept(records(10), 10)
    await eventually(() => expect(work.committed).toEqual([10]))
    lane.accept(records(3), 3)
    await eventually(() => expect(work.committed).toEqual([10, 3]))
  })

  it('does not take them when the end only stands still', async () => {
    const { work, lane } = setUp()
    lane.accept(records(10), 10)
    await eventually(() => expect(work.committed).toEqual([10]))
    lane.accept(records(10), 10)
    expect(work.chunks).toHaveLength(1)
  })
})

describe('a lane that stops', () => {
  it('waits for the chunk in hand, counts it, and begins no other', async () => {
    const { work, lane } = setUp({ held: true, chunkSize: 2 })
    lane.accept(records(6), 6)
    let stopped = false
    const stopping = lane.stop().then(() => (stopped = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(stopped).toBe(false)
    work.next()
    await stopping
    expect(work.chunks).toEqual([[0, 1]])
    expect(work.committed).toEqual([2])
  })

  it('counts nothing that its work left undone', async () => {
    const { work, lane } = setUp({ held: true })
    work.leavesUndone = true
    lane.accept(records(6), 6)
    const stopping = lane.stop()
    work.next()
    await stopping
    expect(work.committed).toEqual([])
  })

  it('takes no more messages', async () => {
    const { work, lane } = setUp()
    await lane.stop()
    lane.accept(records(2), 2)
    expect(work.chunks).toEqual([])
  })

  it('does not ask for more messages on its way out', async () => {
    const { work, lane } = setUp({ held: true })
    lane.accept(records(1_600), 5_000)
    const stopping = lane.stop()
    work.next()
    await stopping
    expect(work.calls).toEqual(['pause'])
  })
})

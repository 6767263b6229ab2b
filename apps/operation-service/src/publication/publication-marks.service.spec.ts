import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { newOperationId } from '#contracts'
import { type DatabaseLine, MemoryDatabase } from '#testing'

import { type Outbox } from './outbox.service.js'
import { PublicationMarks } from './publication-marks.service.js'

Logger.overrideLogger(false)

let database: MemoryDatabase
/** What the database is asked; none of it happens before it is let through. */
let calls: (() => void)[]
let marks: PublicationMarks
const outbox = { publishedBelow: '', size: 0 }
const stored = () => database.documents('publication_marks')[0]

beforeEach(() => {
  vi.useFakeTimers()
  database = new MemoryDatabase()
  calls = []
  const line: DatabaseLine = ({ effect }) =>
    new Promise((resolve) => calls.push(() => resolve(effect())))
  marks = new PublicationMarks(database.connection(line), outbox as unknown as Outbox)
})

afterEach(() => {
  vi.useRealTimers()
})

async function keep(): Promise<void> {
  const kept = marks.keep()
  calls.shift()!()
  await kept
}

describe('the mark of a process', () => {
  it('is not kept before it is stored', async () => {
    const kept = marks.keep()
    expect(marks.isKept).toBe(false)
    calls.shift()!()
    await kept
    expect(marks.isKept).toBe(true)
  })

  it('is kept for ten seconds after it was sent, unless it is stored again', async () => {
    await keep()
    await vi.advanceTimersByTimeAsync(9_900)
    expect(marks.isKept).toBe(true)
    await vi.advanceTimersByTimeAsync(200)
    expect(marks.isKept).toBe(false)
    await keep()
    expect(marks.isKept).toBe(true)
  })

  it('may go down again', async () => {
    const [low, high] = [newOperationId(), newOperationId()]
    outbox.publishedBelow = high
    await keep()
    outbox.publishedBelow = low
    await keep()
    expect(stored()).toMatchObject({ publishedBelow: low })
  })

  it('that lands late does not replace a newer one', async () => {
    const [low, high] = [newOperationId(), newOperationId()]
    Object.assign(outbox, { publishedBelow: high, size: 0 })
    const late = marks.keep()
    Object.assign(outbox, { publishedBelow: low, size: 1 })
    const newer = marks.keep()
    const [first, second] = calls
    second!()
    await newer
    first!()
    await late
    expect(stored()).toMatchObject({ publishedBelow: low, unpublished: 1 })
  })
})

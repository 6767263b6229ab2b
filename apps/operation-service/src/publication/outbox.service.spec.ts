import { Logger } from '@nestjs/common'
import { type Gauge } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { firstIdAt, newOperationId } from '#contracts'
import { type Publisher } from '#kafka'
import { FakePublisher } from '#testing'

import { type OperationRecord } from '../operations/operation.schema.js'
import { Outbox } from './outbox.service.js'

// vitest's clock does not reach this module.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds)),
}))

Logger.overrideLogger(false)

const NOW = 1_800_000_000_000
let publisher: FakePublisher
let outbox: Outbox
const gauge = { set: vi.fn() }

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  publisher = new FakePublisher()
  outbox = new Outbox(publisher as unknown as Publisher, gauge as unknown as Gauge)
})

afterEach(() => {
  vi.useRealTimers()
})

const operation = (): OperationRecord => ({
  _id: newOperationId(),
  name: 'alice',
  createdAt: new Date(NOW),
  acceptedBy: 'me',
})
const settle = () => vi.advanceTimersByTimeAsync(0)
const published = () => publisher.published('user-create').map(({ operationId }) => operationId)

describe('the outbox', () => {
  it('publishes what is stored, in order', async () => {
    const operations = Array.from({ length: 1_201 }, operation)
    outbox.expect(operations)
    outbox.publish(operations)
    await settle()
    expect(published()).toEqual(operations.map(({ _id }) => _id))
    expect(outbox.size).toBe(0)
  })

  it('goes on after it was given nothing', async () => {
    outbox.publish([])
    const one = operation()
    outbox.expect([one])
    outbox.publish([one])
    await settle()
    expect(published()).toEqual([one._id])
  })

  it('does not publish what is about to be stored', async () => {
    outbox.expect([operation()])
    await settle()
    expect(published()).toEqual([])
    expect(outbox.size).toBe(1)
  })

  it('goes on when the broker is back, with all that came meanwhile', async () => {
    publisher.isAway = true
    const [first, second] = [operation(), operation()]
    outbox.expect([first, second])
    outbox.publish([first])
    await vi.advanceTimersByTimeAsync(60_000)
    outbox.publish([second])
    expect(outbox.size).toBe(2)
    publisher.isAway = false
    await vi.advanceTimersByTimeAsync(500)
    expect(published()).toEqual([first._id, second._id])
  })

  it('shows how many wait', () => {
    publisher.isAway = true
    const operations = [operation(), operation()]
    outbox.expect(operations)
    outbox.publish(operations)
    expect(gauge.set).toHaveBeenLastCalledWith(2)
    outbox.forget(operations)
    expect(gauge.set).toHaveBeenLastCalledWith(0)
  })
})

describe('the id below which all is published', () => {
  it('is a little before now when nothing waits, so that no id can fall below it', () => {
    expect(outbox.publishedBelow < newOperationId()).toBe(true)
    expect(outbox.publishedBelow > firstIdAt(NOW - 5_000)).toBe(true)
  })

  it('is that of the oldest which waits, be it stored or about to be', async () => {
    publisher.isAway = true
    const [first, second, third] = [operation(), operation(), operation()]
    outbox.expect([first])
    outbox.expect([second, third])
    expect(outbox.publishedBelow).toBe(first._id)
    outbox.forget([first])
    expect(outbox.publishedBelow).toBe(second._id)
    outbox.publish([second, third])
    await settle()
    expect(outbox.publishedBelow).toBe(second._id)
    publisher.isAway = false
    await vi.advanceTimersByTimeAsync(500)
    expect(outbox.publishedBelow > third._id || outbox.size === 0).toBe(true)
  })

  it('is that of the lowest, which may have come last', () => {
    const [first, second] = [operation(), operation()]
    outbox.expect([second])
    outbox.expect([first])
    expect(outbox.publishedBelow).toBe(first._id)
  })

  it('stays below an id that is held, for as long as that was said', async () => {
    const { _id } = operation()
    outbox.hold(_id, 60_000)
    expect(outbox.size).toBe(0)
    expect(outbox.isEmpty).toBe(false)
    await vi.advanceTimersByTimeAsync(59_900)
    expect(outbox.publishedBelow).toBe(_id)
    await vi.advanceTimersByTimeAsync(100)
    expect(outbox.publishedBelow > _id).toBe(true)
    expect(outbox.isEmpty).toBe(true)
  })

  it('waits for each of those who expect an operation', async () => {
    const one = operation()
    outbox.expect([one])
    outbox.expect([one])
    outbox.publish([one])
    await settle()
    expect(published()).toEqual([one._id])
    expect(outbox.publishedBelow).toBe(one._id)
    outbox.forget([one])
    expect(outbox.size).toBe(0)
  })

  it('waits for what is to be published, though somebody else expects it no more', async () => {
    publisher.isAway = true
    const one = operation()
    outbox.expect([one])
    outbox.publish([one])
    outbox.expect([one])
    outbox.forget([one])
    await settle()
    expect(outbox.publishedBelow).toBe(one._id)
  })

  it('waits for a write that ends after a later one', async () => {
    const [early, late] = [operation(), operation()]
    outbox.expect([early])
    outbox.expect([late])
    outbox.publish([late])
    await settle()
    expect(published()).toEqual([late._id])
    expect(outbox.publishedBelow).toBe(early._id)
  })
})

describe('a process that stops', () => {
  it('waits until all is published', async () => {
    const operations = Array.from({ length: 600 }, operation)
    outbox.expect(operations)
    outbox.publish(operations)
    await outbox.drain()
    expect(published()).toHaveLength(600)
  })

  it('does not wait for ever for a broker that is away, and keeps what is left in mind', async () => {
    publisher.isAway = true
    const left = operation()
    outbox.expect([left])
    outbox.publish([left])
    const drained = outbox.drain()
    await vi.advanceTimersByTimeAsync(8_000)
    await drained
    expect(outbox.publishedBelow).toBe(left._id)
  })
})

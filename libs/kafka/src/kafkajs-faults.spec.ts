import { createRequire } from 'node:module'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { mendRequestQueueTimer } from './kafkajs-faults.js'

interface Queue {
  pending: unknown[]
  throttleCheckTimeoutId: unknown
  push(request: object): void
  fulfillRequest(response: object): void
  maybeThrottle(milliseconds: number): void
  checkPendingRequests(): void
}

const RequestQueue = createRequire(import.meta.url)(
  'kafkajs/src/network/requestQueue/index.js',
) as {
  new (options: object): Queue
  prototype: object
}
const METHOD = 'scheduleCheckPendingRequests'
const original = Object.getOwnPropertyDescriptor(RequestQueue.prototype, METHOD)!

/** A connection's queue that sends one request at a time. */
function setUp() {
  vi.useFakeTimers()
  const checks = vi.spyOn(RequestQueue.prototype as unknown as Queue, 'checkPendingRequests')
  const queue = new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 30_000,
    clientId: 'c',
    broker: 'b',
    logger: { debug: () => {}, warn: () => {} },
  })
  const sent: number[] = []
  const push = (correlationId: number) =>
    queue.push({
      entry: { correlationId, resolve: () => {}, reject: () => {} },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId),
    })
  const answer = (correlationId: number) =>
    queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 })
  return { queue, checks, sent, push, answer }
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  Object.defineProperty(RequestQueue.prototype, METHOD, original)
})

describe("kafkajs' request queue", () => {
  it('as it is looks at no requests a thousand times a second, for ever', () => {
    const { checks, push, answer } = setUp()
    push(1)
    answer(1)
    vi.advanceTimersByTime(1_000)
    expect(checks.mock.calls.length).toBeGreaterThan(900)
  })

  it('mended arms no timer while no request waits', () => {
    mendRequestQueueTimer()
    const { checks, push, answer } = setUp()
    push(1)
    answer(1)
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1_000)
    expect(checks).toHaveBeenCalledTimes(1)
  })

  it('mended sends what waits as soon as there is an answer', () => {
    mendRequestQueueTimer()
    const { sent, push, answer } = setUp()
    for (const id of [1, 2, 3]) push(id)
    expect(sent).toEqual([1])
    answer(1)
    expect(sent).toEqual([1, 2])
    answer(2)
    answer(3)
    expect(sent).toEqual([1, 2, 3])
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('mended sends what the broker throttled when its time has come', () => {
    mendRequestQueueTimer()
    const { queue, sent, push } = setUp()
    queue.maybeThrottle(500)
    push(1)
    vi.advanceTimersByTime(499)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([1])
    expect(vi.getTimerCount()).toBe(0)
  })
})

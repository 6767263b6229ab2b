import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { topics } from '#contracts'
import { type Publisher } from '#kafka'
import { FakePublisher, recorded } from '#testing'

import { Approval, type ApprovalSettings } from './approval.service.js'

// vitest's clock does not reach this module.
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) =>
    new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds)),
}))

const START = 1_800_000_000_000
const user = (name: string) => ({ ...recorded('user-approve'), name })
const users = (count: number) => Array.from({ length: count }, (_, index) => user(`user ${index}`))

let publisher: FakePublisher

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  publisher = new FakePublisher()
})

afterEach(() => {
  vi.useRealTimers()
})

function approval(settings: Partial<ApprovalSettings> = {}): Approval {
  return new Approval(
    {
      APPROVAL_WORK_MS: 200,
      APPROVAL_CONCURRENCY: 1,
      APPROVAL_REJECT_PATTERN: /^reject/i,
      ...settings,
    },
    publisher as unknown as Publisher,
  )
}

/** When each was decided, in milliseconds from the start. */
const decidedAt = () =>
  publisher
    .published('user-approve-response')
    .map((message) => Date.parse(message.decidedAt) - START)

describe('the approval', () => {
  it('of a user is published with the trace of its request', async () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' }
    const other = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00` }
    const { operationId } = recorded('user-approve')
    const working = approval({ APPROVAL_CONCURRENCY: 2 }).approve(users(2), [trace, other])
    await vi.advanceTimersByTimeAsync(200)
    await working
    expect(publisher.traces('user-approve-response', operationId)).toEqual([trace, other])
  })

  it('of the recorded message is a message of its topic', async () => {
    const working = approval().approve([recorded('user-approve')])
    await vi.advanceTimersByTimeAsync(200)
    await working
    const [message] = publisher.published('user-approve-response')
    expect(topics['user-approve-response'].accepts(message)).toBe(true)
    expect(message).toMatchObject({
      ...recorded('user-approve-response'),
      decidedAt: expect.any(String),
    })
  })

  it('answers in the order of the questions, each with its own decision', async () => {
    const working = approval().approve([user('alice'), user('reject me'), user('bob')])
    await vi.advanceTimersByTimeAsync(600)
    await working
    const decisions = publisher.published('user-approve-response').map(({ decision }) => decision)
    expect(decisions).toEqual(['approved', 'rejected', 'approved'])
  })

  it('takes one user at a time, over all batches', async () => {
    const service = approval()
    const working = Promise.all([service.approve(users(2)), service.approve(users(3))])
    await vi.advanceTimersByTimeAsync(1_000)
    await working
    expect(decidedAt().toSorted((one, other) => one - other)).toEqual([200, 400, 600, 800, 1_000])
  })

  it('takes as many at a time as it is set to', async () => {
    const working = approval({ APPROVAL_CONCURRENCY: 3 }).approve(users(7))
    await vi.advanceTimersByTimeAsync(600)
    await working
    expect(decidedAt()).toEqual([200, 200, 200, 400, 400, 400, 600])
  })

  it('has not happened until the broker has its answers', async () => {
    publisher.isAway = true
    const failure = approval()
      .approve(users(1))
      .catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(200)
    expect(await failure).toMatchObject({ canRetry: true })
  })
})

import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs'
import { beforeEach, describe, expect, it } from 'vitest'

import { Refusals } from './refusals.js'

let now = 0
let refusals: Refusals

beforeEach(() => {
  now = 1_000
  refusals = new Refusals(() => now)
})

const notEnough = Object.assign(new KafkaJSProtocolError(new Error('fewer in-sync replicas')), {
  type: 'NOT_ENOUGH_REPLICAS',
})

/** A topic is tried once a second for so long. */
function refusedFor(milliseconds: number, topic = 'user-approve'): void {
  const end = now + milliseconds
  refusals.refused(topic, notEnough)
  while (now < end) {
    now += 1_000
    refusals.refused(topic, notEnough)
  }
}

describe('a topic that takes no messages', () => {
  it('is told of, with the reason', () => {
    refusedFor(5_000)
    expect(refusals.lasting).toEqual([{ topic: 'user-approve', why: 'NOT_ENOUGH_REPLICAS' }])
  })

  it('is not told of while that may be a moment only', () => {
    refusedFor(2_000)
    expect(refusals.lasting).toEqual([])
  })

  it('is not told of once it has taken some', () => {
    refusedFor(5_000)
    refusals.taken('user-approve')
    expect(refusals.lasting).toEqual([])
    refusedFor(1_000)
    expect(refusals.lasting).toEqual([])
  })

  it('is forgotten when nobody wants to publish there any more', () => {
    refusedFor(5_000)
    now += 30_000
    expect(refusals.lasting).toEqual([])
    refusedFor(1_000)
    expect(refusals.lasting).toEqual([])
  })

  it('does not hide another one', () => {
    refusedFor(5_000, 'user-create-response')
    refusals.taken('user-approve')
    expect(refusals.lasting).toMatchObject([{ topic: 'user-create-response' }])
  })
})

describe('the reason', () => {
  it("is Kafka's name for it, also when kafkajs has wrapped it", () => {
    const details = { retryCount: 0, retryTime: 0 }
    const wrapped = new KafkaJSNumberOfRetriesExceeded(notEnough, details)
    refusals.refused('user-approve', Object.assign(wrapped, { cause: notEnough }))
    now += 5_000
    expect(refusals.lasting).toMatchObject([{ why: 'NOT_ENOUGH_REPLICAS' }])
  })

  it('names no address', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:9092'), {
      name: 'KafkaJSConnectionError',
    })
    refusals.refused('user-approve', refused)
    now += 5_000
    expect(refusals.lasting).toEqual([{ topic: 'user-approve', why: 'KafkaJSConnectionError' }])
  })
})

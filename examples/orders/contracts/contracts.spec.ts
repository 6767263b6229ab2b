import { describe, expect, it } from 'vitest'

import { subscriptions, type TopicName, topics } from './contracts.js'

/** Of whoever accepts orders. */
const HANDLED_ELSEWHERE: TopicName[] = ['order-create-response']

describe.each(Object.values(topics))('topic $name', ({ accepts, faults, fixture }) => {
  it('accepts its recorded message, and finds no fault with it', () => {
    const read: unknown = JSON.parse(JSON.stringify(fixture))
    expect(accepts(read)).toBe(true)
    expect(faults(read)).toBe('')
  })

  it.each(Object.keys(fixture).filter((field) => field !== 'error'))(
    'refuses one without %s',
    (field) => {
      const { [field]: _, ...rest } = fixture as Record<string, unknown>
      expect(accepts(rest)).toBe(false)
    },
  )

  it('accepts fields that it does not know yet', () => {
    expect(accepts({ ...fixture, addedLater: true })).toBe(true)
  })
})

it('each topic has its own name, and one service that handles it', () => {
  for (const [name, contract] of Object.entries(topics)) expect(contract.name).toBe(name)
  const handled: TopicName[] = Object.values(subscriptions).flat()
  expect([...handled, ...HANDLED_ELSEWHERE].toSorted()).toEqual(Object.keys(topics).toSorted())
})

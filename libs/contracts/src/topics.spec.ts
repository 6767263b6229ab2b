import { describe, expect, it } from 'vitest'

import { deadLetterTopic, messageId, subscriptions, type TopicName, topics } from './topics.js'

type Value = Record<string, unknown>
/** A field, what a topic makes of it when it is missing, and values that are wrong in it. */
type FieldRules = Record<string, { missing: 'refused' | 'accepted'; wrong: readonly unknown[] }>

const id = {
  missing: 'refused',
  wrong: [null, 7, '', '019a9f00-0000-4000-8000-000000000001', 'not an id'],
} as const
const time = { wrong: [null, 7, '', 'yesterday', '2025-11-20', '2025-02-30T00:00:00Z'] }
const name = { missing: 'refused', wrong: [null, 7, '', ['alice'], 'a'.repeat(101)] } as const
const email = { missing: 'accepted', wrong: [null, 7, '', {}, 'a'.repeat(255)] } as const

const rules: Record<TopicName, FieldRules> = {
  'user-create': { operationId: id, name, email, createdAt: { missing: 'refused', ...time } },
  'user-approve': { operationId: id, userId: id, name, email },
  'user-approve-response': {
    operationId: id,
    userId: id,
    decision: { missing: 'refused', wrong: [null, true, '', 'expired', 'Approved'] },
    reason: { missing: 'accepted', wrong: [null, 7, 'a'.repeat(501)] },
    decidedAt: { missing: 'refused', ...time },
  },
  'user-create-response': {
    operationId: id,
    userId: id,
    outcome: { missing: 'refused', wrong: [null, true, '', 'pending'] },
    error: {
      missing: 'accepted',
      wrong: [
        null,
        'approval-rejected',
        {},
        { code: 'approval-rejected' },
        { message: 'The user was rejected.' },
        { code: 'another', message: 'The user was rejected.' },
        { code: 'approval-rejected', message: 'a'.repeat(501) },
      ],
    },
    steps: {
      missing: 'refused',
      wrong: [null, [], ...time.wrong.map((decidedAt) => ({ decidedAt }))],
    },
  },
  'user-erase': { operationId: id, userId: id, requestedAt: { missing: 'refused', ...time } },
}

const names = Object.keys(rules) as TopicName[]

describe.each(names)('topic %s', (topic) => {
  const contract = topics[topic]
  const fixture: Value = contract.fixture
  const fields = Object.entries(rules[topic])

  it('accepts its recorded message, and finds no fault with it', () => {
    const read: unknown = JSON.parse(JSON.stringify(fixture))
    expect(contract.accepts(read)).toBe(true)
    expect(contract.faults(read)).toBe('')
  })

  it.each(fields)('knows what to do without %s', (field, { missing }) => {
    const { [field]: _, ...rest } = fixture
    expect(contract.accepts(rest)).toBe(missing === 'accepted')
  })

  it.each(fields.flatMap(([field, { wrong }]) => wrong.map((value) => ({ field, value }))))(
    'refuses $field: $value, and says where',
    ({ field, value }) => {
      const message = { ...fixture, [field]: value }
      expect(contract.accepts(message)).toBe(false)
      expect(contract.faults(message)).toContain(`/${field}`)
    },
  )

  it.each([null, [], 'alice', 7, true])('refuses %j, which is no object', (value) => {
    expect(contract.accepts(value)).toBe(false)
  })

  it('accepts fields that it does not know yet', () => {
    expect(contract.accepts({ ...fixture, addedLater: { by: 'a newer version' } })).toBe(true)
  })

  it('does not quote what is wrong', () => {
    const faults = contract.faults({ ...fixture, operationId: 'geheim', name: ['geheim'] })
    expect(faults).not.toContain('geheim')
  })
})

describe('a text', () => {
  const { accepts, fixture } = topics['user-create']

  it.each([
    ['letters', 'a'],
    ['characters outside the basic plane', '😀'],
    ['variation selectors', '\u{FE0F}'],
    ['zero-width joiners', '\u{200D}'],
    ['combining marks', '\u{301}'],
    ['regional indicators', '\u{1F1E9}'],
    ['carriage returns', '\r'],
  ])('of 100 %s is accepted, of 101 refused: lengths are in code points', (_, character) => {
    expect(accepts({ ...fixture, name: character.repeat(100) })).toBe(true)
    expect(accepts({ ...fixture, name: character.repeat(101) })).toBe(false)
  })

  it('of 254 characters is an e-mail address at most', () => {
    expect(accepts({ ...fixture, email: 'a'.repeat(254) })).toBe(true)
    expect(accepts({ ...fixture, email: 'a'.repeat(255) })).toBe(false)
  })
})

describe('the map of topics', () => {
  it('calls each topic by its own name', () => {
    for (const [name_, contract] of Object.entries(topics)) expect(contract.name).toBe(name_)
  })

  it('has one service for each topic of the saga, and all that store personal data for erasure', () => {
    const handled: string[] = Object.values(subscriptions).flat()
    expect(handled.toSorted()).toEqual([...Object.keys(topics), 'user-erase'].toSorted())
    const erasing = Object.entries(subscriptions)
      .filter(([, all]) => (all as readonly string[]).includes('user-erase'))
      .map(([service]) => service)
    expect(erasing).toEqual(['operation-service', 'user-service'])
  })

  it('keeps the names that scripts rely on', () => {
    expect(deadLetterTopic('user-create')).toBe('user-create.dlq')
    const { operationId } = topics['user-create'].fixture
    expect(messageId(operationId, 'user-create')).toBe(`${operationId}:user-create`)
  })
})

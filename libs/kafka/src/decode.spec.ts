import { describe, expect, it } from 'vitest'

import { type TopicName, topics } from '#contracts'

import { record, type RecordParts, userCreate } from '../test/records.js'
import { decode } from './decode.js'

const read = (parts: RecordParts) => decode(topics['user-create'], record(parts))

describe('a record that keeps the contract', () => {
  it.each(Object.keys(topics) as TopicName[])('is read: %s', (topic) => {
    const value = topics[topic].fixture
    expect(decode(topics[topic], record({ value }))).toMatchObject({ is: 'message', value })
  })

  it('may have fields that are not known yet', () => {
    const value = { ...userCreate(), added: { later: true } }
    expect(read({ value })).toMatchObject({ is: 'message', value })
  })

  it('may hold any Unicode', () => {
    const value = userCreate('Zoë 🏴‍☠️ 李小龙 \u0000\u2028')
    expect(read({ value })).toMatchObject({ is: 'message', value })
  })

  it('counts a name in code points', () => {
    expect(read({ value: userCreate('🙂'.repeat(100)) }).is).toBe('message')
    expect(read({ value: userCreate('🙂'.repeat(101)) }).is).toBe('broken')
  })

  it('may lack the schema version, as one made by hand does', () => {
    expect(read({ headers: {} }).is).toBe('message')
  })

  it('keeps its raw record', () => {
    const raw = record()
    expect(decode(topics['user-create'], raw).raw).toBe(raw)
  })
})

describe('a record that breaks the contract', () => {
  it.each<[string, RecordParts, string]>([
    ['no value', { value: null }, 'no-value'],
    ['an empty value', { value: '' }, 'not-json'],
    ['half a value', { value: '{"operationId":' }, 'not-json'],
    ['bytes that are no text', { value: Buffer.from([0xff, 0xfe, 0x00]) }, 'not-json'],
    ['an array', { value: '[]' }, 'wrong-shape'],
    ['null', { value: 'null' }, 'wrong-shape'],
    ['no field', { value: '{}' }, 'wrong-shape'],
    ['a field of another type', { value: { ...userCreate(), name: 7 } }, 'wrong-shape'],
    ['an empty name', { value: userCreate('') }, 'wrong-shape'],
    ['another key', { key: 'somebody else' }, 'wrong-key'],
    ['no key', { key: null }, 'wrong-key'],
  ])('with %s is broken', (_, parts, reason) => {
    expect(read(parts)).toMatchObject({ is: 'broken', reason })
  })

  it('is described without being quoted', () => {
    const secret = 'a@example.org'
    for (const value of [
      `{"email":"${secret}"`,
      { ...userCreate(), createdAt: secret, [secret]: 1 },
    ]) {
      const broken = read({ value })
      expect(broken).toMatchObject({ is: 'broken', detail: expect.any(String) })
      expect(JSON.stringify({ ...broken, raw: undefined })).not.toContain(secret)
    }
  })

  it('is broken when a header has no value', () => {
    expect(read({ headers: { 'schema-version': null } })).toMatchObject({ reason: 'wrong-header' })
  })
})

describe('the schema version', () => {
  it.each(['2', '17'])('%s is of a newer program', (version) => {
    expect(read({ headers: { 'schema-version': version } })).toMatchObject({
      is: 'newer',
      version: Number(version),
    })
  })

  it('that is newer is seen whatever the value looks like', () => {
    const headers = { 'schema-version': '2' }
    expect(read({ headers, value: '<xml/>' }).is).toBe('newer')
    expect(read({ headers, value: null }).is).toBe('newer')
  })

  it.each(['', 'one', '0', '-1', '1.5', ' 2', '1e2', '10000', 'NaN', 'Infinity', '\uffff'])(
    '%j is garbage',
    (version) => {
      expect(read({ headers: { 'schema-version': version } })).toMatchObject({
        is: 'broken',
        reason: 'wrong-header',
      })
    },
  )

  it('given twice is garbage', () => {
    const headers = { 'schema-version': [Buffer.from('1'), Buffer.from('1')] }
    expect(read({ headers })).toMatchObject({ is: 'broken', reason: 'wrong-header' })
  })
})

describe('a field named __proto__', () => {
  const { operationId, createdAt } = userCreate()
  const good = `"operationId":"${operationId}","createdAt":"${createdAt}"`
  const readText = (value: string) => read({ key: operationId, value })

  it.each([
    ['at the top', `{${good},"name":"a","__proto__":{"admin":true}}`],
    ['further down', `{${good},"name":"a","more":[{"deep":{"__proto__":1}}]}`],
    ['escaped', `{${good},"name":"a","\\u005f_proto__":{}}`],
    ['with one escaped letter', `{${good},"name":"a","__pr\\u006fto__":{}}`],
    ['with an escape in capitals', `{${good},"name":"a","__proto\\u005F_":{}}`],
  ])('is refused %s', (_, value) => {
    expect(readText(value)).toMatchObject({ is: 'broken', reason: 'wrong-shape' })
  })

  it('is another thing than a user of that name', () => {
    expect(readText(`{${good},"name":"__proto__"}`)).toMatchObject({
      is: 'message',
      value: { name: '__proto__' },
    })
  })

  it('is looked for in a value that is nested deeper than the stack goes', () => {
    const deep = (inner: string) => '['.repeat(200_000) + inner + ']'.repeat(200_000)
    const name = '"name":"__proto__"'
    expect(readText(`{${good},${name},"deep":${deep('')}}`).is).toBe('message')
    expect(readText(`{${good},${name},"deep":${deep('{"__proto__":1}')}}`).is).toBe('broken')
  })
})

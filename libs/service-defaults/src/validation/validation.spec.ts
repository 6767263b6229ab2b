import { describe, expect, it } from 'vitest'
import { startTestApp } from '../../test/create-test-app.js'
import { SampleModule } from '../../test/sample.module.js'

async function post(payload: string, contentType = 'application/json') {
  const app = await startTestApp({ imports: [SampleModule] })
  const answer = await app.inject({
    method: 'POST',
    url: '/samples',
    headers: { 'content-type': contentType },
    payload,
  })
  return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() }
}

async function get(url: string) {
  const app = await startTestApp({ imports: [SampleModule] })
  const answer = await app.inject(url)
  return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() }
}

function invalid(...errors: [pointer: string, detail: unknown][]) {
  return {
    status: 400,
    type: 'application/problem+json',
    body: {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request is not valid.',
      errors: errors.map(([pointer, detail]) => ({ pointer, detail })),
    },
  }
}

describe('a body', () => {
  it('that is right passes', async () => {
    expect(await post('{"name":"alice"}')).toMatchObject({ status: 200, body: { name: 'alice' } })
  })

  it('shows all its faults at once, each with its pointer', async () => {
    expect(await post('{"name":"alices","email":7,"age":1}')).toEqual(
      invalid(
        ['/age', 'is not a known field'],
        ['/name', 'must be shorter than or equal to 5 characters'],
        ['/email', 'must be an email'],
      ),
    )
  })

  it('has escaped pointers into nested objects', async () => {
    expect(await post('{"name":"a","address":{"street/no":1,"a~b":2}}')).toEqual(
      invalid(
        ['/address/a~0b', 'is not a known field'],
        ['/address/street~1no', 'must be a string'],
      ),
    )
  })

  it.each(['name', 'email', 'address'])('may not have null for %s', async (field) => {
    const answer = await post(JSON.stringify({ name: 'a', [field]: null }))
    expect(answer.status).toBe(400)
    expect(answer.body.errors).not.toHaveLength(0)
    for (const error of answer.body.errors) expect(error).toMatchObject({ pointer: `/${field}` })
  })

  it.each([
    ['null', 'null'],
    ['an array', '[{"name":"a"}]'],
    ['an empty array', '[]'],
    ['a text', '"name"'],
    ['a number', '1'],
    ['true', 'true'],
  ])('may not be %s', async (_what, payload) => {
    expect(await post(payload)).toEqual(invalid(['', 'must be a JSON object']))
  })

  it('may not be missing', async () => {
    const app = await startTestApp({ imports: [SampleModule] })
    const answer = await app.inject({ method: 'POST', url: '/samples' })
    expect(answer.json()).toEqual(invalid(['', 'must be a JSON object']).body)
  })

  it.each([
    ['empty', '', 'is empty'],
    ['broken', '{"name":', 'is not valid JSON'],
    ['nested deep', '['.repeat(8000) + ']'.repeat(8000), 'is nested too deep'],
  ])('may not be %s', async (_what, payload, detail) => {
    expect(await post(payload)).toEqual(invalid(['', detail]))
  })

  it('must be UTF-8', async () => {
    const app = await startTestApp({ imports: [SampleModule] })
    const answer = await app.inject({
      method: 'POST',
      url: '/samples',
      headers: { 'content-type': 'application/json' },
      payload: Buffer.from('{"name":"\xff"}', 'latin1'),
    })
    expect(answer.json()).toEqual(invalid(['', 'is not valid UTF-8']).body)
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'may not have a field %s, at any depth',
    async (name) => {
      expect(await post(`{"name":"a","${name}":{"x":1}}`)).toEqual(
        invalid([`/${name}`, 'is not a known field']),
      )
      expect(await post(`{"name":"a","address":{"list":[{"${name}":1}]}}`)).toEqual(
        invalid([`/address/list/0/${name}`, 'is not a known field']),
      )
    },
  )

  it('may have such a name as a value', async () => {
    const answer = await post('{"name":"proto"}')
    expect(answer.status).toBe(200)
  })
})

describe('a query', () => {
  it('that is right passes, converted where its class says so', async () => {
    expect(await get('/samples?limit=5')).toMatchObject({ status: 200, body: { limit: 5 } })
  })

  it.each(['x', '1.5', '1&limit=2'])('may not have limit=%s', async (limit) => {
    expect(await get(`/samples?limit=${limit}`)).toEqual(
      invalid(['/limit', 'must be an integer number']),
    )
  })

  it.each(['page', '__proto__', 'constructor', 'toString'])(
    'may not have an unknown parameter %s',
    async (name) => {
      expect(await get(`/samples?${name}=1`)).toEqual(invalid([`/${name}`, 'is not a known field']))
    },
  )
})

describe('a path parameter', () => {
  it('that is a UUID passes in lower case', async () => {
    const id = '0190A5B0-0000-7000-8000-00000000000A'
    expect((await get(`/samples/${id}`)).body).toEqual({ id: id.toLowerCase() })
  })

  it.each(['1', 'x'.repeat(2000), '0190a5b0-0000-7000-8000-00000000000', '%20'])(
    'that is none is a fault of its name: %s',
    async (id) => {
      expect(await get(`/samples/${id}`)).toEqual(invalid(['/id', 'must be a UUID']))
    },
  )

  it.each(['%', '%zz', '%ff'])('with a broken encoding is one too: %s', async (id) => {
    expect(await get(`/samples/${id}`)).toEqual(
      invalid(['/id', 'has a broken percent-encoding in the path']),
    )
  })
})

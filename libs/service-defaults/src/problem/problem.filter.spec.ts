import { Logger } from '@nestjs/common'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startTestApp } from '../../test/create-test-app.js'
import { SampleModule } from '../../test/sample.module.js'
import { ProblemFilter } from './problem.filter.js'

afterEach(() => {
  vi.restoreAllMocks()
})

async function fail(kind: string) {
  const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {})
  const app = await startTestApp({ imports: [SampleModule] })
  const answer = await app.inject(`/samples/failures/${kind}`)
  expect(answer.body).not.toContain('geheim')
  return { status: answer.statusCode, headers: answer.headers, body: answer.json(), logged }
}

describe('an exception', () => {
  it('of Nest becomes a problem of its status and message', async () => {
    const { logged, ...answer } = await fail('forbidden')
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'not yours' },
    })
    expect(logged).not.toHaveBeenCalled()
  })

  it('that is a problem is answered as it is', async () => {
    expect(await fail('conflict')).toMatchObject({
      status: 422,
      headers: { 'retry-after': '7' },
      body: { type: 'urn:x', title: 'X', status: 422, detail: 'taken', instance: '/samples/1' },
    })
  })

  it.each([
    ['database', 'database-unavailable', '3'],
    ['unknown', 'outcome-unknown', '2'],
    ['driver', 'not-primary', '2'],
  ])('that can be retried (%s) is 503 with Retry-After', async (kind, code, retryAfter) => {
    const { logged, ...answer } = await fail(kind)
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': retryAfter },
      body: {
        type: `urn:tideway:problem:${code}`,
        title: 'Service Unavailable',
        status: 503,
        detail: expect.any(String),
      },
    })
    expect(logged).not.toHaveBeenCalled()
  })

  it('with an unknown outcome asks to repeat with the same Idempotency-Key', async () => {
    const { body } = await fail('unknown')
    expect(body).toMatchObject({ detail: expect.stringContaining('same Idempotency-Key') })
  })

  it('of Nest with status 503 has a Retry-After too', async () => {
    const answer = await fail('away')
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } })
  })

  it.each(['internal', 'bug', 'text'])(
    'that nobody foresaw (%s) is 500 without internals, and logged once',
    async (kind) => {
      const { status, body, logged } = await fail(kind)
      expect({ status, body }).toMatchObject({
        status: 500,
        body: { title: 'Internal Server Error', status: 500 },
      })
      expect(logged).toHaveBeenCalledOnce()
      expect(logged.mock.calls[0]?.at(-1)).toEqual({
        method: 'GET',
        route: '/samples/failures/:kind',
      })
    },
  )

  it('after the answer has begun cuts it off', async () => {
    vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {})
    const app = await startTestApp({ imports: [SampleModule] })
    await app.listen(0, '127.0.0.1')
    const read = async () => (await fetch(`${await app.getUrl()}/samples/torn`)).text()
    await expect(read()).rejects.toThrow('fetch failed')
  })

  it('of another transport passes through the filter', async () => {
    const host = new ExecutionContextHost([])
    host.setType('rpc')
    const error = new Error('retry me')
    const outcome = new ProblemFilter().catch(error, host)
    if (outcome === undefined) throw new Error('answered')
    await expect(firstValueFrom(outcome)).rejects.toBe(error)
  })
})

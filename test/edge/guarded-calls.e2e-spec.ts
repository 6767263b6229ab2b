import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { EdgeService } from './edge-service.js'
import { readDocument } from './openapi.js'
import { ask } from './raw-http.js'
import { startServices } from './services.js'

const KEY = 'key of alice'
const MANY = 1_000_000

const services = await Promise.all(
  (
    await startServices({
      API_KEYS: `alice:${createHash('sha256').update(KEY).digest('hex')}`,
      RATE_LIMIT_PER_MINUTE: String(MANY),
    })
  ).map(async (each) => new EdgeService(each, await readDocument(each.url))),
)

describe.each(services)('$name, where clients have keys and a limit', (service) => {
  describe.each(service.calls)('$title', (call) => {
    const { headers = [], ...proper } = service.proper(call)

    it.each([
      ['without a key', []],
      ['with a wrong key', [['X-API-Key', 'key of mallory']]],
    ] as const)('is refused %s, as documented', async (_how, given) => {
      const answer = await service.ask(call, { ...proper, headers: [...headers, ...given] })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^ApiKey /)
    })

    it('is answered with a right one, as documented, and told how many are left', async () => {
      const given = [...headers, ['X-API-Key', KEY] as const]
      const answer = await service.ask(call, { ...proper, headers: given })
      expect(answer.status, answer.body).toBeLessThan(300)
      expect(answer.headers['ratelimit']).toMatch(/^"per-client";r=\d+;t=\d+$/)
      expect(call.responses[answer.status]!.headers).toHaveProperty('RateLimit')
    })
  })

  it.each(['/livez', '/readyz', '/metrics', '/docs'])('%s is everybody’s', async (target) => {
    const answer = await ask(service.port, { method: 'GET', target })
    expect(answer.status).toBe(200)
    expect(answer.headers['ratelimit']).toBeUndefined()
  })
})

import { METHODS } from 'node:http'

import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { BODY_DEPTH_LIMIT, BODY_LIMIT_BYTES, HEADER_LIMIT_BYTES } from '#service-defaults'

import { bodies, bodyHeaders, encoded, framings, headers, queries, texts } from './arbitraries.js'
import { testBody } from './body-tests.js'
import { checkProblem } from './conformance.js'
import { EdgeService } from './edge-service.js'
import { readDocument } from './openapi.js'
import { testParameters } from './parameter-tests.js'
import { ask } from './raw-http.js'
import { startServices } from './services.js'

const services = await Promise.all(
  (await startServices()).map(async (each) => new EdgeService(each, await readDocument(each.url))),
)

describe.each(services)('$name', (service) => {
  const { calls, document, port } = service

  beforeEach(() => service.count())
  afterEach(() => service.checkIsUnharmed())

  it('tells of its limits', () => {
    for (const limit of [BODY_LIMIT_BYTES, BODY_DEPTH_LIMIT, HEADER_LIMIT_BYTES]) {
      expect(document.info.description).toContain(` ${limit} `)
    }
    for (const { title, body, responses } of calls) {
      const always = ['400', '408', '417', '429', '431', '503']
      const told = body ? [...always, '413', '415'] : always
      expect(Object.keys(responses), title).toEqual(expect.arrayContaining(told))
    }
  })

  describe.each(calls)('$title', (call) => {
    testParameters(service, call)
    if (call.body) testBody(service, call)

    it('answers as documented whatever its body', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, bodyHeaders, framings, async (body, given, chunks) => {
          await service.ask(call, { body, headers: given, ...(chunks && { chunks }) })
        }),
        { numRuns: 100 },
      )
    })

    it('answers any other method with 405, and says which there are', async () => {
      const documentedHere = calls
        .filter(({ path }) => path === call.path)
        .map(({ method }) => method)
      const others = METHODS.filter(
        (method) => !['HEAD', 'CONNECT', ...documentedHere].includes(method),
      )
      for (const method of others) {
        const answer = await ask(port, {
          ...service.proper(call),
          method,
          target: service.target(call),
        })
        expect(answer.status, method).toBe(405)
        checkProblem(answer)
        expect(answer.headers['allow']!.split(', ')).toEqual(expect.arrayContaining(documentedHere))
      }
    })
  })

  it('answers whatever address, and what is not documented, without failing', async () => {
    const paths = fc.oneof(
      fc.constantFrom(
        '/livez',
        '/metrics',
        '/docs',
        '/docs/openapi.json',
        '/docs/../x',
        '/docs/%2e%2e/x',
      ),
      fc
        .array(
          texts.map((text) => encoded(text.slice(0, 300))),
          { maxLength: 4 },
        )
        .map((parts) => `/${parts.join('/')}`),
      fc.constantFrom(
        '/%',
        '/%ff',
        '/docs/%00',
        '/docs/%ff',
        '//',
        '/operations//',
        '/users/%2f',
        '*',
        'http://x/users',
      ),
    )
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'QUERY')
    await fc.assert(
      fc.asyncProperty(methods, paths, queries([]), headers, async (method, path, query, given) => {
        const target = `${path}?${query}`
        const answer = await ask(port, { method, target, headers: given })
        expect(answer.status, answer.body).toBeLessThan(500)
        if (answer.status >= 400 && method !== 'HEAD') checkProblem(answer)
      }),
      { numRuns: 150 },
    )
  })
})

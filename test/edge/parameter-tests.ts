import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { pointerTo } from '#service-defaults'

import { awkwardNames, encoded, headers, queries, texts } from './arbitraries.js'
import { checkPointsTo } from './conformance.js'
import { type EdgeService } from './edge-service.js'
import { type Call } from './openapi.js'

const RUNS = 60

/** What holds for the path, query and headers of a call. */
export function testParameters(service: EdgeService, call: Call): void {
  const those = (place: string) => call.parameters.filter((parameter) => parameter.in === place)
  const [inPath, inQuery, inHeader] = ['path', 'query', 'header'].map(those) as [
    Call['parameters'],
    Call['parameters'],
    Call['parameters'],
  ]
  const proper = service.proper(call)

  it('takes whatever its parameters are documented to take', async () => {
    const path = fc.tuple(
      ...inPath.map((each) =>
        service.validValues(call, each).map((value) => [each.name, String(value)] as const),
      ),
    )
    const query = fc
      .subarray(inQuery)
      .chain((some) =>
        fc.tuple(
          ...some.map((each) =>
            service.validValues(call, each).map((value) => [each.name, value] as const),
          ),
        ),
      )
    await fc.assert(
      fc.asyncProperty(path, query, async (values, pairs) => {
        const search = service.targetWithQuery(call, pairs).slice(service.target(call).length)
        const target = service.target(call, Object.fromEntries(values)) + search
        const { status, body } = await service.ask(call, { ...proper, target })
        // What it asks for may not be there, or not yet be such that it can be done.
        expect(status === 404 || status === 409 || status < 300, body).toBe(true)
      }),
      { numRuns: RUNS },
    )
    const { status, body } = await service.ask(call, proper)
    expect(status, body).toBeLessThan(300)
  })

  it.each(inPath)('refuses anything else as {$name} in its path', async (parameter) => {
    const { name } = parameter
    await fc.assert(
      fc.asyncProperty(service.invalidValues(parameter), async (value) => {
        const target = service.target(call, { [name]: value })
        checkPointsTo(await service.ask(call, { target }), `/${name}`)
      }),
      { numRuns: RUNS },
    )
  })

  it.each(inQuery)(
    'refuses anything else as $name in its query, and a second one',
    async (parameter) => {
      const { name } = parameter
      const one = service.invalidValues(parameter).map((value) => [[name, value]] as const)
      const two = service.validValues(call, parameter).map(
        (value) =>
          [
            [name, value],
            [name, value],
          ] as const,
      )
      await fc.assert(
        fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: one }, two), async (pairs) => {
          const target = service.targetWithQuery(call, pairs)
          checkPointsTo(await service.ask(call, { target }), `/${name}`)
        }),
        { numRuns: RUNS },
      )
    },
  )

  it.each(inQuery.slice(0, 1))('refuses what it does not know in its query', async (known) => {
    for (const name of [...awkwardNames, `${known.name}[]`, known.name.toUpperCase()]) {
      const target = service.targetWithQuery(call, [[name, 1]])
      checkPointsTo(await service.ask(call, { target }), pointerTo([name]))
    }
  })

  it('answers as documented whatever its query', async () => {
    await fc.assert(
      fc.asyncProperty(queries(inQuery.map(({ name }) => name)), async (query) => {
        await service.ask(call, { ...proper, target: `${service.target(call)}?${query}` })
      }),
      { numRuns: RUNS },
    )
  })

  it('answers as documented whatever its headers', async () => {
    const own = fc.tuple(
      ...inHeader.map((each) =>
        fc
          .oneof(texts, service.validValues(call, each).map(String))
          .map((value): [string, string] => [each.name, encoded(value.slice(0, 500))]),
      ),
    )
    await fc.assert(
      fc.asyncProperty(own, headers, async (known, others) => {
        const given = [...(proper.headers ?? []), ...known, ...others]
        await service.ask(call, { ...proper, headers: given })
      }),
      { numRuns: RUNS },
    )
  })
}

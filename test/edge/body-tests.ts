import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { BODY_DEPTH_LIMIT, BODY_LIMIT_BYTES, pointerTo } from '#service-defaults'

import {
  awkwardNames,
  type Field,
  framings,
  isText,
  jsonOf,
  jsonValues,
  nearby,
  valid,
} from './arbitraries.js'
import { checkPointsTo } from './conformance.js'
import { type EdgeService } from './edge-service.js'
import { type Call } from './openapi.js'
import { type RawRequest } from './raw-http.js'

const JSON_TYPE: readonly [string, string] = ['Content-Type', 'application/json']
const MEGABYTE = 1024 * 1024

/** What holds for the body of a call that takes one. */
export function testBody(service: EdgeService, call: Call): void {
  const schema = service.schemaOfBody(call)
  const properties = Object.entries(schema.properties ?? {})
  const required = schema.required ?? []

  /** Bodies that the schema takes. */
  const validBodies: fc.Arbitrary<Field[]> = fc
    .tuple(
      ...properties.map(([name, property]) =>
        fc
          .option(valid(property), { freq: 2 })
          .chain((value) =>
            value === null && required.includes(name)
              ? valid(property).map((other): Field => [name, other])
              : fc.constant<Field>([name, value ?? undefined]),
          ),
      ),
    )
    .map((fields) => fields.filter(([, value]) => value !== undefined))

  it('takes whatever body it is documented to take', async () => {
    await fc.assert(
      fc.asyncProperty(validBodies, framings, async (fields, chunks) => {
        const { status, body } = await service.askWith(call, jsonOf(fields), chunks && { chunks })
        expect(status, body).toBeLessThan(300)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a field of another type, length or form, and names it', async () => {
    for (const [name, property] of properties) {
      const wrong = nearby(property).filter(
        (value) => !isText(value) || !service.accepts(property, value),
      )
      await fc.assert(
        fc.asyncProperty(validBodies, wrong, async (fields, value) => {
          const others = fields.filter(([other]) => other !== name)
          checkPointsTo(await service.askWith(call, jsonOf([...others, [name, value]])), `/${name}`)
        }),
        { numRuns: 120 },
      )
    }
  })

  it('refuses a body without a field that it needs, and names it', async () => {
    for (const name of required) {
      await fc.assert(
        fc.asyncProperty(validBodies, async (fields) => {
          const others = fields.filter(([other]) => other !== name)
          checkPointsTo(await service.askWith(call, jsonOf(others)), `/${name}`)
        }),
        { numRuns: 10 },
      )
    }
  })

  it('refuses a field that it does not know, and names it', async () => {
    const unknown = fc
      .oneof(fc.constantFrom(...awkwardNames), fc.string({ unit: 'grapheme' }))
      .filter((name) => !properties.some(([known]) => known === name))
    await fc.assert(
      fc.asyncProperty(
        validBodies,
        unknown,
        jsonValues,
        fc.boolean(),
        async (fields, name, value, first) => {
          const odd: Field = [name, value]
          const body = jsonOf(first ? [odd, ...fields] : [...fields, odd])
          checkPointsTo(await service.askWith(call, body), pointerTo([name]))
        },
      ),
      { numRuns: 80 },
    )
  })

  it('refuses what is no object', async () => {
    const others = jsonValues.filter(
      (value) => typeof value !== 'object' || value === null || Array.isArray(value),
    )
    await fc.assert(
      fc.asyncProperty(others, async (value) => {
        const answer = await service.askWith(call, JSON.stringify(value))
        checkPointsTo(answer, '')
      }),
      { numRuns: 60 },
    )
  })

  it('counts the last one of a field that comes twice', async () => {
    const [name, property] = properties[0]!
    await fc.assert(
      fc.asyncProperty(validBodies, jsonValues, valid(property), async (fields, odd, right) => {
        const others = fields.filter(([other]) => other !== name)
        const rightLast = jsonOf([...others, [name, odd], [name, right]])
        expect((await service.askWith(call, rightLast)).status).toBeLessThan(300)
        checkPointsTo(
          await service.askWith(call, jsonOf([...others, [name, right], [name, null]])),
          `/${name}`,
        )
      }),
      { numRuns: 10 },
    )
  })

  const json = '{"name":"alice"}'
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const odd: [what: string, status: number, request: Partial<RawRequest>][] = [
    ['nothing', 400, {}],
    ['nothing, said to be JSON', 400, { headers: [JSON_TYPE] }],
    ['JSON of no media type', 415, { body: Buffer.from(json) }],
    ['a form', 415, sent('name=alice', ['Content-Type', 'application/x-www-form-urlencoded'])],
    ['another JSON', 415, sent(json, ['Content-Type', 'application/merge-patch+json'])],
    ['UTF-16', 415, sent(Buffer.from(json, 'utf16le'), typeOf('utf-16'))],
    ['Latin-1', 415, sent(Buffer.from('{"name":"é"}', 'latin1'), typeOf('ISO-8859-1'))],
    [
      'Latin-1 that is said to be UTF-8',
      400,
      sent(Buffer.from('{"name":"é"}', 'latin1'), typeOf('utf-8')),
    ],
    ['UTF-8 that is said so', 202, sent(json, typeOf('"UTF-8"'))],
    ['a byte order mark', 400, sent(`\uFEFF${json}`, typeOf('utf-8'))],
    ['gzip', 415, sent(gzipSync(json), JSON_TYPE, ['Content-Encoding', 'gzip'])],
    ['gzip that is not said to be', 400, sent(gzipSync(json), JSON_TYPE)],
    ['a name that is escaped', 202, sent('{"n\\u0061me":"alice"}', JSON_TYPE)],
    ['numbers beyond all numbers', 400, sent('{"name":1e999999}', JSON_TYPE)],
    ['lists as deep as they may be', 400, sent(deep(BODY_DEPTH_LIMIT + 1), JSON_TYPE)],
    ['lists 8,000 deep', 400, sent(deep(8_000), JSON_TYPE)],
    ['lists 10,000 deep', 413, sent(deep(10_000), JSON_TYPE)],
    ['lists that are never closed', 400, sent('['.repeat(10_000), JSON_TYPE)],
    ['the limit', 202, sent(json.padEnd(BODY_LIMIT_BYTES), JSON_TYPE)],
    [
      'the limit in chunks',
      202,
      { ...sent(json.padEnd(BODY_LIMIT_BYTES), JSON_TYPE), chunks: [9] },
    ],
    ['a byte more', 413, sent(json.padEnd(BODY_LIMIT_BYTES + 1), JSON_TYPE)],
    [
      'a byte more in chunks',
      413,
      { ...sent(json.padEnd(BODY_LIMIT_BYTES + 1), JSON_TYPE), chunks: [9] },
    ],
    ['a megabyte', 413, sent(json.padEnd(MEGABYTE), JSON_TYPE)],
    ['a megabyte in chunks', 413, { ...sent(json.padEnd(MEGABYTE), JSON_TYPE), chunks: [5_000] }],
    ['a megabyte of no JSON', 415, sent('x'.repeat(MEGABYTE), ['Content-Type', 'text/plain'])],
  ]
  it.each(odd)('answers %s with %i', async (_what, status, request) => {
    const answer = await service.ask(call, request)
    expect(answer.status, answer.body).toBe(status)
    if (status === 400) checkPointsTo(answer, '')
  })
}

function sent(text: string | Buffer, ...given: (readonly [string, string])[]) {
  return { body: Buffer.from(text), headers: given }
}

function typeOf(charset: string): [string, string] {
  return ['Content-Type', `application/json; charset=${charset}`]
}

import * as fc from 'fast-check'

import { type JsonSchema } from './openapi.js'

/** A field of a JSON object: the same name may come twice. */
export type Field = readonly [name: string, value: unknown]

/** JSON text of an object, with whatever names it has. */
export function jsonOf(fields: readonly Field[]): string {
  const members = fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${members.join(',')}}`
}

/** Names that mean something to JavaScript, MongoDB, or a careless parser. */
export const awkwardNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
  ' ',
  '$where',
  '$ne',
  '_id',
  'a.b',
  'a/b~c',
  'acceptedBy',
  '\u0000',
  'ñ\u{1F600}',
]

const awkwardTexts = [
  '',
  ' ',
  '\u0000',
  '\u0000alice',
  '\u001F\u007F\u0085',
  '\u2028\u2029\uFEFF\u200D\u202E',
  '\u{10FFFF}\u{1F469}\u200D\u{1F4BB}',
  ...awkwardNames,
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e309',
  '9'.repeat(400),
  '../../etc/passwd',
  '%00%zz%c3%28',
  '{"$gt":""}',
  'a'.repeat(5_000),
]

/** Halves of surrogate pairs: no text at all, though JSON can carry them. */
const halves = ['\uD83D', 'a\uDE00b', '\uDE00\uD83D']

export const texts = fc.oneof(
  fc.constantFrom(...awkwardTexts),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

/** JSON values of every type. */
export const jsonValues = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, -1e-308, 2 ** 53, [], {}),
  texts,
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer({ min: 2, max: 14 }).map((depth) => nested(depth)),
)

/** Lists inside one another. */
export function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 1; level < depth; level += 1) value = [value]
  return value
}

/** What a schema takes. @throws for a schema of a kind that no document has had yet */
export function valid(schema: JsonSchema): fc.Arbitrary<string | number> {
  const { type, minLength = 0, maxLength = 300, pattern, format } = schema
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 99 })
  if (type !== 'string') throw new Error(`no idea how to make ${JSON.stringify(schema)}`)
  if (format === 'uuid') return fc.uuid()
  if (pattern?.startsWith('^')) {
    const matching = fc.stringMatching(new RegExp(pattern, 'u'))
    return matching.filter((text) => lengthOf(text) >= minLength && lengthOf(text) <= maxLength)
  }
  if (format !== undefined) throw new Error(`no idea how to make ${format}`)
  const anywhere = new RegExp(pattern ?? '', 'u')
  const atTheLimit = fc
    .constantFrom('a', 'é', '\u{1F600}', '\u0301')
    .map((character) => character.repeat(maxLength))
  return fc
    .oneof(texts, fc.string({ unit: 'binary', minLength, maxLength, size: 'max' }), atTheLimit)
    .filter((text) => {
      const length = lengthOf(text)
      return length >= minLength && length <= maxLength && anywhere.test(text)
    })
}

/** JSON values near what a schema takes, most of which it refuses. */
export function nearby({ type, maxLength = 300, minimum, maximum }: JsonSchema) {
  const tooLong = fc
    .tuple(fc.constantFrom('a', '\u{1F600}', '\u0301'), fc.integer({ min: 1, max: 2_000 }))
    .map(([character, more]) => character.repeat(maxLength + more))
  return fc.oneof(
    jsonValues,
    fc.constantFrom(...halves),
    ...(type === 'string' ? [tooLong] : []),
    ...(minimum === undefined ? [] : [fc.integer({ max: minimum - 1 })]),
    ...(maximum === undefined ? [] : [fc.integer({ min: maximum + 1 })]),
  )
}

/** Whether a value can be written as text in UTF-8; the others no service takes. */
export function isText(value: unknown): boolean {
  return typeof value !== 'string' || value.isWellFormed()
}

/** Percent-encodes, and does not mind what is no text. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

/** A query as careless or hostile clients write it. */
export function queries(names: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    fc.constantFrom('x', ...names),
    fc.constantFrom(...awkwardNames).map(encoded),
    fc.constantFrom('%', '%zz', '%ff', '%00', '[]', '&&', '=', '?', '#', ';'),
  )
  const suffix = fc.constantFrom('', '', '[]', '[0]', '[a]', '[__proto__]', '.x', '%00')
  const value = fc.oneof(
    texts.map((text) => encoded(text.slice(0, 500))),
    fc.constantFrom('%', '%zz', '%ff', '%c3%28', '+', 'a=b', '1', '[]', '{}'),
  )
  return fc
    .array(
      fc.tuple(name, suffix, value).map(([key, end, text]) => `${key}${end}=${text}`),
      { minLength: 1, maxLength: 6 },
    )
    .map((pairs) => pairs.join('&'))
}

/** Headers that are HTTP, whatever else they are. */
export const headers: fc.Arbitrary<[string, string][]> = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom(
        'Accept',
        'Accept-Version',
        'Authorization',
        'Content-Encoding',
        'Content-Language',
        'Content-Type',
        'Cookie',
        'Expect',
        'Forwarded',
        'Idempotency-Key',
        'If-None-Match',
        'Origin',
        'Prefer',
        'Range',
        'TE',
        'Traceparent',
        'Upgrade',
        'X-Forwarded-For',
        'X-HTTP-Method-Override',
        '__proto__',
        'constructor',
      ),
      fc.oneof(
        fc.constantFrom('', '*/*', 'a=b; c=d', 'wait=-1', 'wait=1e9', 'bytes=9-1', 'websocket'),
        // What a header may hold: tabs and everything from a space on, a byte each.
        fc
          .array(fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 128, max: 255 })), {
            maxLength: 80,
          })
          .map((bytes) => String.fromCharCode(...bytes).trim()),
        fc.constant('x'.repeat(4_000)),
      ),
    ),
    fc.tuple(
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,30}$/).filter(isNotFraming),
      fc.stringMatching(/^[!-~]{0,40}$/),
    ),
  ),
  { maxLength: 3 },
)

/** Media types, encodings and charsets of bodies, right and wrong. */
export const bodyHeaders: fc.Arbitrary<[string, string][]> = fc.oneof(
  fc.constant<[string, string][]>([]),
  fc.tuple(
    fc
      .constantFrom(
        'application/json',
        'application/json; charset=utf-16',
        'application/json; charset="UTF-8"',
        'application/json;;;=',
        'application/json, text/plain',
        'application/problem+json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'multipart/form-data',
        'text/plain',
        'text/plain; charset=\xFF',
        'garbage',
        '/',
        '*/*',
        '',
      )
      .map((type): [string, string] => ['Content-Type', type]),
    fc
      .constantFrom('gzip', 'br', 'gzip, gzip', 'Identity', 'garbage', '')
      .map((coding): [string, string] => ['Content-Encoding', coding]),
  ),
  fc.constant<[string, string][]>([['Content-Type', 'application/json']]),
)

/** Bytes that may pass for a body, or not. */
export const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc.json({ maxDepth: 6 }).map((json) => Buffer.from(json)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '',
      ' ',
      '{',
      '{"name":',
      '{"name":"alice",}',
      "{'name':'alice'}",
      '{"name":"alice"}{"name":"bob"}',
      '\uFEFF{"name":"alice"}',
      '{"name":"\\ud83d"}',
      '{"name":"\\u0000"}',
      '{"name":"alice","name":null}',
      '{"name":1e999999}',
      '[[[[]]]]',
      'NaN',
      'name=alice',
    )
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('{"name":"\xFF"}', '{"name":"\xC3\x28"}', '\x1F\x8B\x08')
    .map((bytes) => Buffer.from(bytes, 'latin1')),
)

/** How a body is sent: in one piece, or in chunks of these sizes. */
export const framings = fc.option(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 }), {
  nil: undefined,
})

function isNotFraming(name: string): boolean {
  return !/^(content-length|transfer-encoding|connection|host)$/i.test(name)
}

function lengthOf(text: string): number {
  return Array.from(text).length
}

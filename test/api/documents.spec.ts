import { readFileSync } from 'node:fs'

import { lintFromString, loadConfig } from '@redocly/openapi-core'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'

import { clientTypes } from '../../tools/docs/client-types.ts'
import { Conformance } from '../edge/conformance.js'
import { type JsonSchema, type OpenApiDocument } from '../edge/openapi.js'
import { documents, inWorkspace } from './documents.js'

const linting = await loadConfig({ configPath: inWorkspace('redocly.yaml') })

async function complaints(source: string, file: string): Promise<string[]> {
  const problems = await lintFromString({ source, absoluteRef: file, config: linting })
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`,
  )
}

/** Everything in a document that shows what a schema takes: where it is, the schema, and what is shown. */
function shown(part: unknown, path = '#'): [where: string, schema: JsonSchema, value: unknown][] {
  if (typeof part !== 'object' || part === null) return []
  const { schema, example, examples } = part as {
    schema?: JsonSchema
    example?: unknown
    examples?: unknown[] | Record<string, { value: unknown }>
  }
  const values = [
    ...(example === undefined ? [] : [example]),
    ...(Array.isArray(examples)
      ? examples
      : Object.values(examples ?? {}).map(({ value }) => value)),
  ]
  return [
    ...values.map((value): [string, JsonSchema, unknown] => [
      path,
      schema ?? (part as JsonSchema),
      value,
    ]),
    ...Object.entries(part)
      .filter(([name]) => name !== 'example' && name !== 'examples')
      .flatMap(([name, inner]) => shown(inner, `${path}/${name}`)),
  ]
}

describe.each(documents)('docs/openapi/$name.json', ({ file, describeNow }) => {
  const stored = readFileSync(file, 'utf8')
  const document = JSON.parse(stored) as OpenApiDocument

  it('says what the code says; if it does not, run `npm run docs`', async () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(await describeNow())))
  })

  it('has nothing that a linter would complain of', async () => {
    expect(await complaints(stored, file)).toEqual([])
  })

  it('shows only what its own schemas take', () => {
    const conformance = new Conformance(document)
    const all = shown(document)
    expect(all.length).toBeGreaterThan(20)
    const wrong = all.flatMap(([where, schema, value]) =>
      conformance.faults(schema, value).map((fault) => `${where}: ${fault}`),
    )
    expect(wrong).toEqual([])
  })
})

const [{ name, file }] = documents as [(typeof documents)[number]]

it('the types in examples/client say what the document says; if they do not, run `npm run docs`', async () => {
  const types = inWorkspace(`examples/client/${name}.ts`)
  const options = { ...(await resolveConfig(types)), filepath: types }
  expect(readFileSync(types, 'utf8')).toBe(await format(await clientTypes(file), options))
})

describe('the linter', () => {
  const faults: [what: string, rule: string, from: RegExp, to: string][] = [
    ['a call without a name', 'operation-operationId', /"operationId": "createUser",/, ''],
    ['a name that no client would have', 'rule/operation-named', /"createUser"/, '"Users_create"'],
    ['an example that is none', 'no-invalid-schema-examples', /"example": "alice"/, '"example": 7'],
    [
      'a 503 that does not say when to come back',
      'response-contains-header',
      /"Retry-After"/g,
      '"X"',
    ],
    ['a header that nobody explains', 'rule/header-described', /"Where to look at[^"]+"/, '""'],
  ]

  it.each(faults)(`complains of %s in the document of ${name}`, async (_what, rule, from, to) => {
    const broken = readFileSync(file, 'utf8').replace(from, to)
    expect(await complaints(broken, file)).toContainEqual(expect.stringContaining(`${rule}: `))
  })
})

import { Compile } from 'typebox/schema'
import { expect } from 'vitest'

import { type Call, type JsonSchema, type OpenApiDocument } from './openapi.js'
import { type Answer } from './raw-http.js'

interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { pointer: string; detail: string }[]
}

type Check = (value: unknown) => string[]

/** Of Server-Sent Events: text, not JSON. */
export const EVENT_STREAM = 'text/event-stream'

/** Holds answers against a document. */
export class Conformance {
  private readonly checks = new Map<JsonSchema, Check>()
  private readonly components: OpenApiDocument['components']

  constructor(document: OpenApiDocument) {
    // Closed, so that a field which the document does not tell of is found.
    this.components = closed(document.components)
  }

  /** Fails unless the document tells of this answer to this call, whatever the request was. */
  check(call: Call, { status, headers, body }: Answer): void {
    expect(status, body).toBeLessThan(500)
    const told = call.responses[status]
    if (!told) throw new Error(`${call.title} answers ${status}, which is not documented: ${body}`)
    if (!told.content) {
      expect(body).toBe('')
      return
    }
    const mediaType = headers['content-type']?.split(';')[0] ?? ''
    const schema = told.content[mediaType]?.schema
    if (!schema) throw new Error(`${call.title} answers ${status} with ${mediaType}: ${body}`)
    const value: unknown = mediaType === EVENT_STREAM ? body : JSON.parse(body)
    expect(this.faults(schema, value), body).toEqual([])
    for (const [name, header] of Object.entries(told.headers ?? {})) {
      const text = headers[name.toLowerCase()]
      if (text === undefined && !header.required) continue
      const given = header.schema.type === 'integer' ? Number(text) : text
      expect(this.faults(header.schema, given), name).toEqual([])
    }
    if (status >= 400) checkProblem({ status, headers, body })
  }

  /** Whether a schema of the document takes a value. */
  accepts(schema: JsonSchema, value: unknown): boolean {
    return this.faults(schema, value).length === 0
  }

  /** Why a schema of the document does not take a value. */
  faults(schema: JsonSchema, value: unknown): string[] {
    let check = this.checks.get(schema)
    if (!check) {
      const validator = Compile({ ...closed(schema), components: this.components })
      check = (each) => validator.Errors(each)[1].map((error) => JSON.stringify(error))
      this.checks.set(schema, check)
    }
    return check(value)
  }
}

/** Fails unless an answer is a problem document that agrees with its status. @returns the document */
export function checkProblem({ status, headers, body }: Answer): Problem {
  expect(headers['content-type'], body).toBe('application/problem+json')
  const problem = JSON.parse(body) as Problem
  expect(problem).toMatchObject({
    type: expect.stringMatching(/./),
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
  })
  return problem
}

/** Fails unless an answer is 400 and every fault it names is in this field, or in something inside it. */
export function checkPointsTo(answer: Answer, pointer: string): void {
  expect(answer.status, answer.body).toBe(400)
  const { errors = [] } = checkProblem(answer)
  expect(errors).not.toHaveLength(0)
  for (const error of errors) {
    const isInside = error.pointer === pointer || error.pointer.startsWith(`${pointer}/`)
    expect(isInside, `${error.pointer} is not in ${pointer}`).toBe(true)
    expect(error.detail).not.toBe('')
  }
}

function closed<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) => {
    const isObject = typeof inner === 'object' && inner !== null && 'properties' in inner
    return isObject && 'type' in inner && inner.type === 'object'
      ? { ...inner, additionalProperties: false }
      : inner
  }) as Value
}

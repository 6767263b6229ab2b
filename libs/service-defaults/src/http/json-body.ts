import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { pointerTo, type FieldProblem } from '../problem/problem-document.js'
import { ProblemException } from '../problem/problem.exception.js'
import { unsupportedMediaType } from '../problem/problem-of.js'
import { BODY_DEPTH_LIMIT } from './limits.js'

/**
 * Names that mean something to every JavaScript object. class-transformer drops them without a word
 * and Nest deletes some, so they would never be reported as the unknown fields they are.
 */
const INHERITED_NAMES: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
])

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i
const UTF_8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/** What is said of a field that the API does not know. */
export const UNKNOWN_FIELD = 'is not a known field'

/**
 * Parses a request's body.
 *
 * @throws ProblemException 400 for a body that is empty, not UTF-8, not JSON, nested too deep, or has
 * a field named as something every object inherits; 415 for an encoded one, or another charset
 */
export function parseJsonBody(headers: IncomingHttpHeaders, body: Buffer): unknown {
  if (!isPlain(headers)) throw unsupportedMediaType()
  if (body.length === 0) throw ProblemException.invalidBody('is empty')
  if (!isUtf8(body)) throw ProblemException.invalidBody('is not valid UTF-8')
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    // V8's message quotes the body.
    throw ProblemException.invalidBody('is not valid JSON')
  }
  const problems = inheritedNames(value)
  if (problems.length > 0) throw ProblemException.invalid(problems)
  return value
}

/** Neither compressed nor in another charset than UTF-8, of which ASCII is a part. */
function isPlain(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false
  const [, charset] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  return charset === undefined || UTF_8.has(charset.toLowerCase())
}

/** The fields, at any depth, whose names every object inherits. */
export function inheritedNames(root: unknown): FieldProblem[] {
  const problems: FieldProblem[] = []
  let level: [path: readonly string[], value: unknown][] = [[[], root]]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > BODY_DEPTH_LIMIT) throw ProblemException.invalidBody('is nested too deep')
    const next: typeof level = []
    for (const [path, value] of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const [key, inner] of Object.entries(value)) {
        if (INHERITED_NAMES.has(key)) {
          problems.push({ pointer: pointerTo([...path, key]), detail: UNKNOWN_FIELD })
        } else if (typeof inner === 'object' && inner !== null) {
          next.push([[...path, key], inner])
        }
      }
    }
    level = next
  }
  return problems
}

import { describe, expect, it } from 'vitest'

import { newOperationId } from './operation-id.js'
import { operationTraceparent, TRACEPARENT_PATTERN } from './operation-trace.js'

describe("an operation's own trace", () => {
  it('has the digits of its id as trace-id, the last of them as parent-id, and is not sampled', () => {
    expect(operationTraceparent('019a9f00-0123-7456-89ab-cdef00000001')).toBe(
      '00-019a9f000123745689abcdef00000001-89abcdef00000001-00',
    )
  })

  it('is a traceparent for every id, also for the smallest there is', () => {
    const ids = [
      ...Array.from({ length: 1_000 }, newOperationId),
      '00000000-0000-7000-8000-000000000000',
    ]
    for (const id of ids) {
      const [, traceId, parentId] = operationTraceparent(id).split('-')
      expect(operationTraceparent(id)).toMatch(new RegExp(TRACEPARENT_PATTERN))
      expect(traceId).not.toMatch(/^0+$/)
      expect(parentId).not.toMatch(/^0+$/)
    }
  })

  it('is the same each time, and another one for another operation', () => {
    const [one, other] = [newOperationId(), newOperationId()]
    expect(operationTraceparent(one)).toBe(operationTraceparent(one))
    expect(operationTraceparent(one)).not.toBe(operationTraceparent(other))
  })
})

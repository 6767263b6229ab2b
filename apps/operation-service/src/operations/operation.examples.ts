import { operationTraceparent, TRACEPARENT_PATTERN } from '#contracts'

import { type OperationDto } from './operation.dto.js'
import { type OperationsPageDto } from './operations-list.dto.js'
import { type SummaryDto } from './operations-summary.dto.js'

const pending: OperationDto = {
  id: '019a9f00-0000-7000-8000-000000000001',
  type: 'user-create',
  state: 'pending',
  data: { name: 'alice', email: 'alice@example.org' },
  createdAt: '2025-11-20T05:07:37.600Z',
  steps: { acceptedAt: '2025-11-20T05:07:37.600Z' },
}

const finishedAt = '2025-11-20T05:07:37.842Z'
const steps: OperationDto['steps'] = {
  ...pending.steps,
  publishedAt: '2025-11-20T05:07:37.605Z',
  approvalAskedAt: '2025-11-20T05:07:37.610Z',
  decidedAt: '2025-11-20T05:07:37.815Z',
  finishedAt,
}

/** An operation in each state, for the documentation. */
export const operationExamples = {
  pending: { summary: 'It has begun', value: pending },
  completed: {
    summary: 'The user was created',
    value: {
      ...pending,
      state: 'completed',
      result: { userId: pending.id },
      finishedAt,
      steps,
    } satisfies OperationDto,
  },
  failed: {
    summary: 'The user was rejected',
    value: {
      ...pending,
      state: 'failed',
      data: { name: 'reject me' },
      error: { code: 'approval-rejected', message: 'The user was rejected.' },
      finishedAt,
      steps,
    } satisfies OperationDto,
  },
}

/** The header `traceresponse` of an answer that shows an operation. */
export const OPERATION_TRACE = {
  description:
    "The operation's trace: that of the request that created it; where it had none, one made of the operation's id. In the format of `traceparent`.",
  schema: { type: 'string', pattern: TRACEPARENT_PATTERN },
  example: operationTraceparent(pending.id),
  required: true,
} as const

/** A page that is not the last one. */
export const pageExample: OperationsPageDto = { items: [pending], nextCursor: pending.id }

export const summaryExample: SummaryDto = {
  accepted: 1_000,
  completed: 980,
  failed: 15,
  pending: 5,
  oldestPending: pending.createdAt,
  unpublished: 0,
}

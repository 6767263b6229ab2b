import { beforeEach, describe, expect, it, vi } from 'vitest'

import { newOperationId } from '#contracts'
import { type WalkPosition } from '#store'
import { creationEnded, MemoryRecords, recorded } from '#testing'

import { type IdempotentAcceptance } from '../idempotency/idempotent-acceptance.service.js'
import { type Acceptance } from './acceptance.service.js'
import { type OperationRecord } from './operation.schema.js'
import { type OperationMetrics } from './operations.metrics.js'
import { type OperationsRepository } from './operations.repository.js'
import { OperationsService } from './operations.service.js'
import { type OutcomeRecord } from './outcome.schema.js'
import { type OutcomeWatch } from '../waiting/outcome-watch.service.js'

const operations = new MemoryRecords<OperationRecord>()
const outcomes = new MemoryRecords<OutcomeRecord>()
const metrics = { finished: vi.fn(), repeated: vi.fn(), unknown: vi.fn() }
const watch = { tell: vi.fn() }
const service = new OperationsService(
  {} as Acceptance,
  {} as IdempotentAcceptance,
  { operations, outcomes } as unknown as OperationsRepository,
  {} as WalkPosition,
  watch as unknown as OutcomeWatch,
  metrics as unknown as OperationMetrics,
)

async function accept(_id = newOperationId()): Promise<string> {
  await operations.insert([{ _id, name: 'alice', createdAt: new Date(), acceptedBy: 'me' }])
  return _id
}

/** The sum of what was counted. */
const counted = (count: typeof metrics.repeated) =>
  count.mock.calls.reduce((sum, [responses]) => sum + Number(responses), 0)

beforeEach(() => {
  vi.clearAllMocks()
})

describe('a response', () => {
  it('as it was recorded ends its operation', async () => {
    const response = recorded('user-create-response')
    await accept(response.operationId)
    await service.finish([response])
    expect(await outcomes.get(response.operationId)).toMatchObject({
      state: 'completed',
      userId: response.userId,
      steps: response.steps,
      finishedAt: expect.any(Date),
    })
    expect(metrics.finished).toHaveBeenCalledOnce()
  })

  it('that comes again changes nothing, and is counted as repeated', async () => {
    const id = await accept()
    await service.finish([creationEnded(id)])
    const first = await outcomes.get(id)
    await service.finish([creationEnded(id, { outcome: 'failed' })])
    expect(await outcomes.get(id)).toEqual(first)
    expect(metrics.finished).toHaveBeenCalledOnce()
    expect(counted(metrics.repeated)).toBe(1)
  })

  it('that comes twice in a batch ends its operation once, and is counted as both', async () => {
    const id = await accept()
    await service.finish([creationEnded(id), creationEnded(id)])
    expect(metrics.finished).toHaveBeenCalledOnce()
    expect(counted(metrics.repeated)).toBe(1)
  })

  it('to an operation that does not exist leaves no outcome, and is counted', async () => {
    const [known, unknown] = [await accept(), newOperationId()]
    await service.finish([creationEnded(unknown), creationEnded(known), creationEnded(unknown)])
    expect(await outcomes.present([known, unknown])).toEqual(new Set([known]))
    expect(counted(metrics.unknown)).toBe(2)
    expect(counted(metrics.repeated)).toBe(0)
  })
})

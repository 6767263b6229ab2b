import { Injectable } from '@nestjs/common'

import { type MessageOf, type OperationState } from '#contracts'
import { type TraceContext } from '#service-defaults'
import { LAST, WalkPosition } from '#store'

import {
  type Accepted,
  IdempotentAcceptance,
} from '../idempotency/idempotent-acceptance.service.js'
import { Acceptance, type NewUser } from './acceptance.service.js'
import { type NewUserDto, type OperationDto } from './operation.dto.js'
import { type OperationRecord } from './operation.schema.js'
import { traceparentOf } from './operation-trace.js'
import { type OperationsPageDto, type OperationsQueryDto } from './operations-list.dto.js'
import { OutcomeWatch } from '../waiting/outcome-watch.service.js'
import { type Patience } from '../waiting/patience.js'
import { OperationMetrics } from './operations.metrics.js'
import { OperationsRepository, type OperationWithOutcome } from './operations.repository.js'
import { type OutcomeRecord } from './outcome.schema.js'

/** What a request to create a user says beside its body. */
export interface CreationOptions {
  key?: string | undefined
  patience?: Patience | undefined
  trace?: TraceContext | undefined
}

/** An operation as the API shows it, and the trace that it belongs to. */
export interface ShownOperation {
  operation: OperationDto
  traceparent: string
}

@Injectable()
export class OperationsService {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly idempotent: IdempotentAcceptance,
    private readonly repository: OperationsRepository,
    private readonly position: WalkPosition,
    private readonly watch: OutcomeWatch,
    private readonly metrics: OperationMetrics,
  ) {}

  /** Accepts the creation of a user: it is stored when this returns, and published soon after. */
  async createUser(
    { name, email }: NewUserDto,
    { key, patience, trace }: CreationOptions = {},
  ): Promise<ShownOperation & { isReplay: boolean }> {
    const user = { name, ...(email === undefined ? {} : { email }) }
    const { isReplay, ...accepted } = await this.accept(user, key, trace)
    return { ...(await this.show(accepted, patience)), isReplay }
  }

  private async accept(
    user: NewUser,
    key: string | undefined,
    trace: TraceContext | undefined,
  ): Promise<Accepted> {
    if (key !== undefined) return this.idempotent.accept(user, key, trace)
    const operation = await this.acceptance.accept(user, { trace })
    return { operation, outcome: undefined, isReplay: false }
  }

  async find(id: string, patience?: Patience): Promise<ShownOperation | undefined> {
    const found = await this.repository.get(id)
    return found && this.show(found, patience)
  }

  private async show(
    { operation, outcome }: OperationWithOutcome,
    patience: Patience | undefined,
  ): Promise<ShownOperation> {
    const end = outcome ?? (await this.wait(operation._id, patience))
    return { operation: asDto(operation, end), traceparent: traceparentOf(operation) }
  }

  /** Waits until a pending operation has ended. @returns it as it is then, or still pending */
  async ended(operation: OperationDto, patience: Patience): Promise<OperationDto> {
    const outcome = await this.wait(operation.id, patience)
    return outcome ? withOutcome(operation, outcome) : operation
  }

  private async wait(id: string, patience?: Patience): Promise<OutcomeRecord | undefined> {
    return patience && this.watch.ended(id, patience.seconds * 1_000, patience.gone)
  }

  /** A page of operations, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async list({ state, limit, cursor = LAST }: OperationsQueryDto): Promise<OperationsPageDto> {
    const found = await this.newest(state, cursor, limit + 1)
    const items = found.slice(0, limit).map(({ operation, outcome }) => asDto(operation, outcome))
    const last = items.at(-1)
    return { items, ...(last && found.length > limit ? { nextCursor: last.id } : {}) }
  }

  private async newest(
    state: OperationState | undefined,
    before: string,
    limit: number,
  ): Promise<OperationWithOutcome[]> {
    if (state === undefined) return this.repository.newest(before, limit)
    if (state !== 'pending') return this.repository.newestEnded(state, before, limit)
    const open = await this.repository.newestOpen(await this.position.read(), before, limit)
    return open.map((operation) => ({ operation, outcome: undefined }))
  }

  /** Stores how operations ended. An outcome without an operation is left out: nobody asked for it. */
  async finish(responses: MessageOf<'user-create-response'>[]): Promise<void> {
    const finishedAt = new Date()
    const ids = responses.map(({ operationId }) => operationId)
    const known = await this.repository.operations.present(ids, 'local')
    const answered = responses.filter(({ operationId }) => known.has(operationId))
    // One that comes twice in a batch would be told by the store as repeated, though it was stored just now.
    const first = new Map(answered.toReversed().map((response) => [response.operationId, response]))
    const outcomes = [...first.values()].map(({ operationId, userId, outcome, error, steps }) => ({
      _id: operationId,
      state: outcome,
      userId,
      ...(error ? { error } : {}),
      steps,
      finishedAt,
    }))
    const repeated = await this.repository.outcomes.insert(outcomes)
    this.metrics.unknown(responses.length - answered.length)
    this.metrics.repeated(answered.length - outcomes.length + repeated.size)
    const stored = outcomes.filter(({ _id }) => !repeated.has(_id))
    this.watch.tell(stored)
    for (const outcome of stored) this.metrics.finished(outcome)
  }
}

function asDto(
  { _id, name, email, createdAt, erasedAt }: OperationRecord,
  outcome?: OutcomeRecord,
): OperationDto {
  const pending: OperationDto = {
    id: _id,
    type: 'user-create',
    state: 'pending',
    data: {
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
    },
    createdAt: createdAt.toISOString(),
    ...(erasedAt ? { erasedAt: erasedAt.toISOString() } : {}),
    steps: { acceptedAt: createdAt.toISOString() },
  }
  return outcome ? withOutcome(pending, outcome) : pending
}

function withOutcome(
  pending: OperationDto,
  { state, userId, error, steps, finishedAt }: OutcomeRecord,
): OperationDto {
  return {
    ...pending,
    state,
    ...(state === 'completed' ? { result: { userId } } : {}),
    ...(error ? { error } : {}),
    finishedAt: finishedAt.toISOString(),
    steps: { ...pending.steps, ...steps, finishedAt: finishedAt.toISOString() },
  }
}

import { Injectable } from '@nestjs/common'

import { WalkPosition } from '#store'

import { PublicationMarks } from '../publication/publication-marks.service.js'
import { type SummaryDto } from './operations-summary.dto.js'
import { OperationsRepository } from './operations.repository.js'

/**
 * The books of operation-service: the totals that were stored with the walk's mark, and a count of what came after it.
 * So it costs the same whatever the history, and is right whenever the mark was stored.
 */
@Injectable()
export class OperationsSummary {
  constructor(
    private readonly position: WalkPosition,
    private readonly repository: OperationsRepository,
    private readonly marks: PublicationMarks,
  ) {}

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async summary(): Promise<SummaryDto> {
    const { mark, stragglers, totals } = await this.position.read()
    const { operations, outcomes } = this.repository
    // Ends first: an operation that ends, or begins, in between is then told as pending, and none as less than none.
    const ended = async (state: 'completed' | 'failed', ends: Iterable<string>) =>
      (totals.ended[state] ?? 0) +
      [...ends].filter((end) => end === state).length +
      (await outcomes.countAfter(mark, { state }))
    const late = await outcomes.valuesOf(stragglers, 'state')
    const [completed, failed] = await Promise.all([
      ended('completed', late.values()),
      ended('failed', late.values()),
    ])
    const accepted = totals.begun + (await operations.countAfter(mark))
    const pending = accepted - completed - failed
    const open = { mark, stragglers: stragglers.filter((id) => !late.has(id)) }
    const oldest = pending > 0 ? await this.repository.oldestOpen(open) : undefined
    return {
      accepted,
      completed,
      failed,
      pending,
      ...(oldest ? { oldestPending: oldest.createdAt.toISOString() } : {}),
      unpublished: await this.marks.unpublished(),
    }
  }
}

import { Injectable, Logger } from '@nestjs/common'
import { InjectMetric } from '@willsoto/nestjs-prometheus'
import { Gauge } from 'prom-client'

import { acceptedAt } from '#contracts'
import { OpenWalk, WalkPosition, type WalkState } from '#store'

import { OperationsRepository } from '../operations/operations.repository.js'
import { PublicationMarks } from '../publication/publication-marks.service.js'

/** Milliseconds between counts, and between stored positions. */
const COUNT_EVERY = 5_000
/** Knows which operations are open: walks from the stored mark, and tells how many there are and how old. */
@Injectable()
export class OpenOperations {
  private walk: OpenWalk | undefined
  private walkId = ''
  private countedAt = -Infinity
  private counting: Promise<void> | undefined
  private readonly logger = new Logger(OpenOperations.name)

  constructor(
    private readonly position: WalkPosition,
    private readonly repository: OperationsRepository,
    private readonly marks: PublicationMarks,
    @InjectMetric('tideway_operations_open') private readonly open: Gauge,
    @InjectMetric('tideway_operations_oldest_open_age_seconds') private readonly oldest: Gauge,
  ) {}

  /**
   * Walks on.
   * @param horizon milliseconds since the epoch: open ones accepted before are looked for, however young
   * @returns the oldest open ids, in order @throws DatabaseUnavailable, OutcomeUnknown
   */
  async look(horizon: number): Promise<string[]> {
    this.walk ??= await this.resume()
    // Above its mark a process may yet store something old: one of its writes may still be on its way.
    const marks = (await this.marks.all()).map(({ publishedBelow }) => publishedBelow)
    const [lowest] = marks.toSorted()
    const open = await this.walk.next(Date.now(), horizon, lowest)
    const [first] = open
    this.oldest.set(first ? Math.max(0, Date.now() - acceptedAt(first)) / 1_000 : 0)
    if (performance.now() - this.countedAt >= COUNT_EVERY) {
      this.countedAt = performance.now()
      const { position } = this.walk
      // Another replica has walked meanwhile: this one goes on from where that one got to.
      if (!(await this.position.store(this.walkId, position))) this.walk = undefined
      // Counting takes as long as much is open: nothing waits for it.
      else this.counting ??= this.count(position)
    }
    return open
  }

  /** Another replica looks after them now: it tells the numbers. */
  standDown(): void {
    this.walk = undefined
    this.open.remove()
    this.oldest.remove()
  }

  private async count({ mark, stragglers }: WalkState): Promise<void> {
    const { outcomes, operations } = this.repository
    try {
      // In this order: an operation that ends in between is counted as open, not as less than none.
      const ended = await outcomes.countAfter(mark)
      const begun = await operations.countAfter(mark)
      if (this.walk) this.open.set(begun - ended + stragglers.length)
    } catch (error) {
      this.logger.debug(`What is open was not counted: ${String(error)}`)
    } finally {
      this.counting = undefined
    }
  }

  private async resume(): Promise<OpenWalk> {
    const { operations, outcomes } = this.repository
    const { walk, state } = await this.position.begin()
    this.walkId = walk
    return new OpenWalk(
      {
        begun: (after, before, limit) => operations.idsBetween(after, before, limit),
        ended: (ids) => outcomes.valuesOf(ids, 'state'),
      },
      state,
    )
  }
}

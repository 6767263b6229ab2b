import { Injectable, Logger } from '@nestjs/common'

import { firstIdAt } from '#contracts'
import { Publisher } from '#kafka'

import { OperationsRepository } from '../operations/operations.repository.js'
import { asMessage } from '../publication/outbox.service.js'
import { type PublicationMark, PublicationMarks } from '../publication/publication-marks.service.js'

const PAGE = 500
/** A write of the dead may still have been on its way: ids younger than this are looked for again. Milliseconds. */
const SETTLING = 5_000

/** Publishes what processes accepted and, dying, did not publish. */
@Injectable()
export class Takeover {
  private readonly logger = new Logger(Takeover.name)

  constructor(
    private readonly marks: PublicationMarks,
    private readonly repository: OperationsRepository,
    private readonly publisher: Publisher,
  ) {}

  /** @throws DatabaseUnavailable, OutcomeUnknown, BrokerUnavailable: then it goes on from the marks next time */
  async publishForTheDead(signal: AbortSignal): Promise<void> {
    for (const mark of await this.marks.ofTheDead()) await this.publishFor(mark, signal)
  }

  private async publishFor(mark: PublicationMark, signal: AbortSignal): Promise<void> {
    const settled = firstIdAt(Date.now() - SETTLING)
    let from = mark.publishedBelow
    let published = 0
    while (!signal.aborted) {
      const page = await this.repository.operations.from(from, { acceptedBy: mark._id }, PAGE)
      await this.publisher.publish('user-create', page.map(asMessage))
      published += page.length
      const last = page.at(-1)
      if (last) from = last._id
      if (page.length < PAGE) break
      await this.marks.moveOn(mark, from)
    }
    if (signal.aborted) return
    await this.marks.moveOn(mark, settled > from ? settled : from)
    if (published > 0) {
      this.logger.log(`Published ${published} operations that a process accepted before it died.`)
    }
  }
}

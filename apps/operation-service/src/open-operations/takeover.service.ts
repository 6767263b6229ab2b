import { Injectable, Logger } from '@nestjs/common'

import { firstIdAt } from '#contracts'
import { Publisher } from '#kafka'

import { OperationsRepository } from '../operations/operations.repository.js'
import { asMessage } from '../publication/outbox.service.js'
import { type PublicationMark, PublicationMarks } from '../publication/publication-marks.service.js'

const PAGE = 500
/** A write of the dead may still have been on its way: ids younger than this are looked for again. Milliseconds. */
const SETTLING = 8_000

/** Publishes what processes accepted and, dying, did not publish. */
@Injectable()
export class Takeover {
  private readonly logger = new Logger(Takeover.name)

  constructor(
    private readonly marks: PublicationMarks,
    private readonly repository: OperationsRepository,
    private readonly publisher: Publisher,
  ) {}

  /**
   * @param mayGoOn asked before each page: whether this is still the process to do it
   * @throws DatabaseUnavailable, OutcomeUnknown, BrokerUnavailable: then it goes on from the marks next time
   */
  async publishForTheDead(mayGoOn: () => Promise<boolean>): Promise<void> {
    for (const mark of await this.marks.ofTheDead()) await this.publishFor(mark, mayGoOn)
  }

  private async publishFor(mark: PublicationMark, mayGoOn: () => Promise<boolean>): Promise<void> {
    const settled = firstIdAt(Date.now() - SETTLING)
    let from = mark.publishedBelow
    let published = 0
    for (;;) {
      if (!(await mayGoOn())) return
      const page = await this.repository.operations.from(from, { acceptedBy: mark._id }, PAGE)
      // A page begins with the last one of the page before it.
      const fresh = published > 0 ? page.slice(1) : page
      await this.publisher.publish('user-create', fresh.map(asMessage))
      published += fresh.length
      from = page.at(-1)?._id ?? from
      if (page.length < PAGE) break
      await this.marks.moveOn(mark, from, Math.max(0, (mark.unpublished ?? 0) - published))
    }
    await this.marks.moveOn(mark, settled > from ? settled : from, 0)
    await this.marks.forget(mark)
    if (published > 0) {
      this.logger.log(`Published ${published} operations that a process accepted before it died.`)
    }
  }
}

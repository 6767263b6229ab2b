import { Injectable, Logger } from '@nestjs/common'

import { firstIdAt } from '#contracts'
import { Publisher } from '#kafka'

import { storedTrace } from '../operations/operation-trace.js'
import { OperationsRepository } from '../operations/operations.repository.js'
import { asMessage, LATE } from '../publication/outbox.service.js'
import {
  GOOD_FOR,
  type PublicationMark,
  PublicationMarks,
} from '../publication/publication-marks.service.js'

const PAGE = 500
/** Ids younger than this are looked for again each time. Milliseconds. */
const SETTLING = 8_000
/** Publishes what processes accepted and, dying, did not publish. */
@Injectable()
export class Takeover {
  private readonly logger = new Logger(Takeover.name)
  /** How far it has published for those of whom something may still come, by the id of their mark, and since when. */
  private readonly reached = new Map<string, { id: string; heartbeat: number }>()

  constructor(
    private readonly marks: PublicationMarks,
    private readonly repository: OperationsRepository,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Until a write of the dead can no longer be on its way, its mark stays where it was, and so does the walk's; then all
   * above it is looked at once more.
   * @param mayGoOn asked before each page: whether this is still the process to do it
   * @throws DatabaseUnavailable, OutcomeUnknown, BrokerUnavailable: then it goes on from the marks next time
   */
  async publishForTheDead(mayGoOn: () => Promise<boolean>): Promise<void> {
    for (const mark of await this.marks.ofTheDead()) await this.publishFor(mark, mayGoOn)
  }

  private async publishFor(mark: PublicationMark, mayGoOn: () => Promise<boolean>): Promise<void> {
    const { _id, publishedBelow } = mark
    const settled = firstIdAt(Date.now() - SETTLING)
    const heartbeat = mark.heartbeatAt.getTime()
    const mayComeLate = Date.now() - heartbeat < GOOD_FOR + LATE
    const before = this.reached.get(_id)
    // One that only slept may have begun something older since.
    let from = mayComeLate && before?.heartbeat === heartbeat ? before.id : publishedBelow
    let seen = 0
    let published = 0
    for (;;) {
      if (!(await mayGoOn())) return
      const page = await this.repository.operations.from(from, { acceptedBy: _id }, PAGE)
      // A page begins with the last one of the page before it.
      const open = await this.repository.stillOpen(seen > 0 ? page.slice(1) : page)
      if (open.length > 0)
        await this.publisher.publish('user-create', open.map(asMessage), open.map(storedTrace))
      seen += page.length
      published += open.length
      from = page.at(-1)?._id ?? from
      if (page.length < PAGE) break
      const left = Math.max(0, (mark.unpublished ?? 0) - published)
      await this.marks.moveOn(mark, mayComeLate ? publishedBelow : from, left)
    }
    const reached = settled > from ? settled : from
    if (mayComeLate) this.reached.set(_id, { id: reached, heartbeat })
    else this.reached.delete(_id)
    await this.marks.moveOn(mark, mayComeLate ? publishedBelow : reached, 0)
    await this.marks.forget(mark)
    if (published > 0) {
      this.logger.log(`Published ${published} operations that a process accepted before it died.`)
    }
  }
}

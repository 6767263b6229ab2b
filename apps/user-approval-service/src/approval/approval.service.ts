import { Inject, Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { type MessageOf } from '#contracts'
import { Gate, Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

import { type UserApprovalServiceSettings } from '../user-approval-service.settings.js'
import { judge } from './approval.policy.js'

export const APPROVAL_SETTINGS = Symbol('APPROVAL_SETTINGS')

export type ApprovalSettings = Pick<
  UserApprovalServiceSettings,
  'APPROVAL_WORK_MS' | 'APPROVAL_CONCURRENCY' | 'APPROVAL_REJECT_PATTERN'
>

/** Approves users: a wait for each, as many at a time as the process may, over all its partitions. */
@Injectable()
export class Approval {
  private readonly places: Gate

  constructor(
    @Inject(APPROVAL_SETTINGS) private readonly settings: ApprovalSettings,
    private readonly publisher: Publisher,
  ) {
    this.places = new Gate(settings.APPROVAL_CONCURRENCY)
  }

  /** @param traces what each user's request belongs to; its operation's own trace, if not said */
  async approve(
    users: MessageOf<'user-approve'>[],
    traces: readonly TraceContext[] = [],
  ): Promise<void> {
    const decisions = await Promise.all(users.map((user) => this.decide(user)))
    await this.publisher.publish('user-approve-response', decisions, traces)
  }

  private async decide({
    operationId,
    userId,
    name,
  }: MessageOf<'user-approve'>): Promise<MessageOf<'user-approve-response'>> {
    const place = await this.places.enter(1)
    try {
      await sleep(this.settings.APPROVAL_WORK_MS)
    } finally {
      this.places.leave(place)
    }
    const verdict = judge(name, this.settings.APPROVAL_REJECT_PATTERN)
    return { operationId, userId, ...verdict, decidedAt: new Date().toISOString() }
  }
}

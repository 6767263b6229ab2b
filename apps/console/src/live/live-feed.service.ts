import { Injectable } from '@nestjs/common'
import { Subject } from 'rxjs'

import { type Controls, type Decision, type Sample } from '../console.api.js'

/** Ten minutes, one a second. */
const MOST_SAMPLES = 600
const MOST_DECISIONS = 100

export type LiveEvent =
  | { event: 'sample'; data: Sample }
  | { event: 'decision'; data: Decision }
  | { event: 'controls'; data: Controls }

/** What happens, as it happens, and the last of it: one for all who look. */
@Injectable()
export class LiveFeed {
  readonly events = new Subject<LiveEvent>()
  /** Oldest first. */
  readonly samples: Sample[] = []
  /** Oldest first. */
  readonly decisions: Decision[] = []

  get latest(): Sample | undefined {
    return this.samples.at(-1)
  }

  tell(happened: LiveEvent): void {
    if (happened.event === 'sample') keep(this.samples, happened.data, MOST_SAMPLES)
    if (happened.event === 'decision') keep(this.decisions, happened.data, MOST_DECISIONS)
    this.events.next(happened)
  }
}

function keep<T>(all: T[], latest: T, most: number): void {
  all.push(latest)
  if (all.length > most) all.shift()
}

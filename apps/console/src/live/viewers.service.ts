import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { type Subscription } from 'rxjs'

import { commentText, eventText, retryText } from '#service-defaults'

import { type Live } from '../console.api.js'
import { LiveFeed } from './live-feed.service.js'

/** Milliseconds after which a page whose connection broke asks again. */
const RETRY = 1_000
/** Milliseconds without an event after which a comment says that the connection is still there. */
const KEEP_ALIVE = 15_000
/** Events that a viewer has not taken, at most: about half a minute. */
const MOST_WAITING = 40

/** All who look: an event is made into text once, and each of them gets that. */
@Injectable()
export class Viewers implements OnModuleDestroy {
  private readonly all = new Set<Viewer>()
  private readonly watch: Subscription
  private count = 0

  constructor(feed: LiveFeed) {
    this.watch = feed.events.subscribe(({ event, data }) => {
      this.count += 1
      const text = eventText({ id: String(this.count), event, data })
      for (const viewer of this.all) viewer.take(text)
    })
  }

  onModuleDestroy(): void {
    this.watch.unsubscribe()
  }

  /**
   * What a viewer is told: everything as it is now, then what happens from now on.
   *
   * @param live as it is now
   * @param end aborted when nobody looks any more, or the process is about to stop
   * @param drop called for a viewer that does not take what it is told
   */
  follow(live: Live, end: AbortSignal, drop: () => void): AsyncIterable<string> {
    const viewer = new Viewer(end, drop)
    this.all.add(viewer)
    end.addEventListener('abort', () => this.all.delete(viewer), { once: true })
    viewer.take(retryText(RETRY))
    viewer.take(eventText({ id: String(this.count), event: 'start', data: live }))
    return viewer.texts()
  }
}

class Viewer {
  private readonly waiting: string[] = []
  private woken = Promise.withResolvers<void>()

  constructor(
    private readonly end: AbortSignal,
    private readonly drop: () => void,
  ) {
    end.addEventListener('abort', () => this.woken.resolve(), { once: true })
  }

  take(text: string): void {
    if (this.waiting.length >= MOST_WAITING) this.drop()
    else this.waiting.push(text)
    this.woken.resolve()
  }

  /** What it is to be told, as soon as it takes it, until the end. */
  async *texts(): AsyncGenerator<string> {
    while (!this.end.aborted) {
      if (this.waiting.length === 0) await this.something()
      if (this.end.aborted) return
      const texts = this.waiting.splice(0)
      yield texts.length > 0 ? texts.join('') : commentText('still here')
    }
  }

  private async something(): Promise<void> {
    this.woken = Promise.withResolvers<void>()
    const timer = setTimeout(this.woken.resolve, KEEP_ALIVE)
    await this.woken.promise
    clearTimeout(timer)
  }
}

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

import { parseSettings } from '#service-defaults'

import { type FromLauncher, type Sample, type ToLauncher } from '../console.api.js'
import { consoleSettings } from '../console.settings.js'
import { Launcher } from '../fleet/launcher.service.js'
import { forEachService } from '../fleet/services.js'
import { LiveFeed } from '../live/live-feed.service.js'
import { Scaler } from './scaler.service.js'
import { scalerSettings } from './scaler.settings.js'

const SYNC = 5

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

/** A scaler of a service whose launcher does at once what it is asked for. */
function start(replicas = 1) {
  const asked: ToLauncher[] = []
  let wanted = replicas
  let tell: (message: FromLauncher) => void
  let leave: () => void
  const told = (): FromLauncher => ({
    tell: 'replicas',
    services: forEachService(() => ({ wanted, paused: false, processes: [] })),
  })
  const launcher = new Launcher({
    send(message) {
      asked.push(message)
      if (message.ask === 'replicas') wanted = message.count
      tell(told())
    },
    listen(listener, gone) {
      tell = listener
      leave = gone
    },
  })
  tell!(told())
  const feed = new LiveFeed()
  const settings = scalerSettings(parseSettings(consoleSettings, {}))
  const scaler = new Scaler(settings, SYNC, launcher, feed)
  onTestFinished(() => scaler.onModuleDestroy())
  return {
    asked,
    feed,
    scaler,
    /** What the observer found out, for so many seconds. */
    seconds: (count: number, lag: number | null) => {
      for (let second = 0; second < count; second += 1) {
        const sample = { lag: lag === null ? null : { 'user-approve': lag } } as unknown as Sample
        feed.tell({ event: 'sample', data: sample })
        vi.advanceTimersByTime(1_000)
      }
    },
    /** The replicas of each decision. */
    decided: () => feed.decisions.map((decision) => decision.replicas),
    leave: () => leave(),
  }
}

describe('the scaler', () => {
  it('does nothing until it is switched on', () => {
    const { seconds, asked, decided } = start()
    seconds(20, 1_000)
    expect(asked).toEqual([])
    expect(decided()).toEqual([])
  })

  it('follows the lag: at once when it is switched on, then once in each period', () => {
    const { seconds, scaler, asked, decided } = start()
    seconds(1, 1_000)
    scaler.switch(true)
    expect(asked).toEqual([{ ask: 'replicas', service: 'user-approval-service', count: 5 }])
    seconds(14, 1_000)
    expect(decided()).toEqual([5, 5, 5])
    seconds(2, 1_000)
    expect(decided()).toEqual([5, 5, 5, 10])
    seconds(20, 1_000)
    expect(decided().at(-1)).toBe(12)
  })

  it('goes down slowly, and not before the window is over', () => {
    const { seconds, scaler, decided } = start(4)
    seconds(1, 80)
    scaler.switch(true)
    seconds(19, 0)
    expect(decided()).toEqual([4, 4, 4, 4])
    seconds(21, 0)
    expect(decided().slice(4)).toEqual([3, 2, 1, 1, 1])
  })

  it('says why, with the numbers', () => {
    const { seconds, scaler, feed } = start()
    seconds(1, 60)
    scaler.switch(true)
    expect(feed.decisions[0]).toMatchObject({ lag: 60, current: 1, replicas: 3 })
    expect(feed.decisions[0]?.explanation).toBe(
      'The lag of user-approve is 60 against 20 a replica, 3 times what the target allows: 60 / 20 asks for 3. From 1 to 3 replicas.',
    )
  })

  it('changes nothing while the lag is not known', () => {
    const { seconds, scaler, asked, feed } = start(3)
    seconds(1, null)
    scaler.switch(true)
    seconds(30, null)
    expect(asked).toEqual([])
    expect(feed.decisions[0]?.explanation).toContain('cannot be had')
  })

  it('leaves the replicas as they are when it is switched off', () => {
    const { seconds, scaler, asked } = start()
    seconds(1, 60)
    scaler.switch(true)
    scaler.switch(false)
    seconds(60, 0)
    expect(asked).toHaveLength(1)
  })

  it('is off when the launcher is gone', () => {
    const { scaler, leave } = start()
    scaler.switch(true)
    leave()
    expect(scaler.isEnabled).toBe(false)
  })
})

import { expect, it, vi } from 'vitest'

import { type Decision, type Live } from '../console.api.js'
import { LiveFeed } from './live-feed.service.js'
import { Viewers } from './viewers.service.js'

const live = { samples: [], decisions: [] } as unknown as Live

function start() {
  const feed = new LiveFeed()
  const viewers = new Viewers(feed)
  const follow = (drop = () => {}) => {
    const end = new AbortController()
    const texts = viewers.follow(live, end.signal, drop)[Symbol.asyncIterator]()
    return { end, next: async () => (await texts.next()).value as string | undefined }
  }
  const decide = (replicas: number) =>
    feed.tell({ event: 'decision', data: { replicas } as Decision })
  return { feed, follow, decide }
}

it('tells how things stand, then what happens', async () => {
  const { follow, decide } = start()
  decide(1)
  const viewer = follow()
  // Before anything of it was taken: it is not to be missed.
  decide(2)
  expect(await viewer.next()).toBe(
    'retry: 1000\n\n' +
      `id: 1\nevent: start\ndata: ${JSON.stringify(live)}\n\n` +
      'id: 2\nevent: decision\ndata: {"replicas":2}\n\n',
  )
  const next = viewer.next()
  decide(3)
  expect(await next).toBe('id: 3\nevent: decision\ndata: {"replicas":3}\n\n')
})

it('says that it is still there when nothing happens', async () => {
  vi.useFakeTimers()
  const viewer = start().follow()
  await viewer.next()
  const next = viewer.next()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await next).toBe(': still here\n\n')
  vi.useRealTimers()
})

it('ends at once when it is to', async () => {
  const viewer = start().follow()
  await viewer.next()
  const next = viewer.next()
  viewer.end.abort()
  expect(await next).toBeUndefined()
})

it('drops who takes nothing, and nobody else', async () => {
  const { follow, decide } = start()
  const [dropSlow, dropQuick] = [vi.fn(), vi.fn()]
  follow(dropSlow)
  const quick = follow(dropQuick)
  for (let count = 0; count < 38; count += 1) decide(count)
  expect(dropSlow).not.toHaveBeenCalled()
  await quick.next()
  decide(38)
  expect(dropSlow).toHaveBeenCalled()
  expect(dropQuick).not.toHaveBeenCalled()
})

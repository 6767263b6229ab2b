import { expect, it } from 'vitest'

import { type Decision, type Sample } from '../console.api.js'
import { LiveFeed } from './live-feed.service.js'

it('keeps ten minutes of samples and a hundred decisions, the latest ones', () => {
  const feed = new LiveFeed()
  for (let count = 1; count <= 700; count += 1) {
    feed.tell({ event: 'sample', data: { nodes: count } as Sample })
    feed.tell({ event: 'decision', data: { replicas: count } as Decision })
  }
  expect([feed.samples.length, feed.samples[0]?.nodes, feed.latest?.nodes]).toEqual([600, 101, 700])
  expect([feed.decisions.length, feed.decisions[0]?.replicas]).toEqual([100, 601])
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { nodesNeeded, type PodRequests } from './nodes-needed.js'

const node = { cpu: 1_900, memory: 4_600, pods: 110 }

const of = (count: number, requests: PodRequests) => nodesNeeded([{ count, requests }], node)

describe('nodes that pods need', () => {
  it.each([
    ['none for no pods', 0, { cpu: 50, memory: 100 }, 0],
    ['one for what just fits by CPU', 38, { cpu: 50, memory: 0 }, 1],
    ['another for one more', 39, { cpu: 50, memory: 0 }, 2],
    ['one for what just fits by memory', 46, { cpu: 0, memory: 100 }, 1],
    ['another for one more', 47, { cpu: 0, memory: 100 }, 2],
    ['one for as many pods as a node takes', 110, { cpu: 1, memory: 1 }, 1],
    ['another for one more', 111, { cpu: 1, memory: 1 }, 2],
  ])('%s', (_what, count, requests, nodes) => {
    expect(of(count, requests)).toBe(nodes)
  })

  it('puts small pods beside large ones', () => {
    const groups = [
      { count: 4, requests: { cpu: 450, memory: 300 } },
      { count: 2, requests: { cpu: 1_000, memory: 300 } },
    ]
    expect(nodesNeeded(groups, node)).toBe(2)
  })

  it('refuses a pod that no node has room for', () => {
    expect(of(1, { cpu: 1_900, memory: 4_600 })).toBe(1)
    expect(() => of(1, { cpu: 1_901, memory: 1 })).toThrow('no room on a node of 1900 m')
  })

  it('never needs less than any of the three sums, nor more than a node for each pod', () => {
    const group = fc.record({
      count: fc.integer({ min: 0, max: 60 }),
      requests: fc.record({
        cpu: fc.integer({ min: 0, max: 1_900 }),
        memory: fc.integer({ min: 0, max: 4_600 }),
      }),
    })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 5 }), (groups) => {
        const needed = nodesNeeded(groups, node)
        const sum = (what: (requests: PodRequests) => number) =>
          groups.reduce((total, { count, requests }) => total + count * what(requests), 0)
        const pods = sum(() => 1)
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(sum(({ cpu }) => cpu) / node.cpu))
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(sum(({ memory }) => memory) / node.memory))
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(pods / node.pods))
        expect(needed).toBeLessThanOrEqual(pods)
      }),
    )
  })
})

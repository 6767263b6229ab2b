import { describe, expect, it } from 'vitest'

import { ClusterNodes, mebibytes, millicores } from './cluster-nodes.js'

describe('nodes by the requests in k8s/base', () => {
  const nodes = new ClusterNodes()
  const of = (approval: number) =>
    nodes.neededFor({
      'operation-service': 1,
      'user-service': 1,
      'user-approval-service': approval,
    })

  it('one has room for what the demo runs at most', () => {
    expect(of(12)).toBe(1)
  })

  it('hundreds of replicas need several', () => {
    expect(of(280)).toBeGreaterThan(5)
    expect(of(280)).toBeLessThan(30)
  })

  it('nothing needs none', () => {
    const none = { 'operation-service': 0, 'user-service': 0, 'user-approval-service': 0 }
    expect(nodes.neededFor(none)).toBe(0)
  })
})

it('quantities are read as Kubernetes writes them', () => {
  expect(['250m', '2', '0.5'].map(millicores)).toEqual([250, 2_000, 500])
  expect(['384Mi', '1Gi', '512Ki'].map(mebibytes)).toEqual([384, 1_024, 0.5])
  expect(() => millicores('250Mi')).toThrow('"250Mi" is no quantity of CPU.')
  expect(() => mebibytes('384M')).toThrow('"384M" is no quantity of memory.')
})

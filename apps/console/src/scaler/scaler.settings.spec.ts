import { describe, expect, it } from 'vitest'

import { parseSettings } from '#service-defaults'

import { consoleSettings } from '../console.settings.js'
import { scalerSettings } from './scaler.settings.js'

const settingsWith = (env: Record<string, string>) =>
  scalerSettings(parseSettings(consoleSettings, env))

describe('what the scaler goes by', () => {
  it('is the autoscaler of the cluster, quicker on the way down', () => {
    expect(settingsWith({})).toMatchObject({
      minReplicas: 1,
      maxReplicas: 12,
      metrics: [{ type: 'AverageValue', target: 20 }],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 15 },
            { type: 'Pods', value: 4, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 20,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }],
        },
      },
    })
  })

  it.each([
    ['120', 30],
    ['60', 15],
    ['1', 1],
  ])('shortens the period of the way down with its window of %s s', (window, period) => {
    expect(
      settingsWith({ SCALER_DOWN_WINDOW_SECONDS: window }).behavior?.scaleDown.policies,
    ).toEqual([{ type: 'Pods', value: 1, periodSeconds: period }])
  })

  it('has as many replicas at most as there are partitions, unless it is told otherwise', () => {
    expect(settingsWith({ USER_APPROVE_PARTITIONS: '7' }).maxReplicas).toBe(7)
    expect(
      settingsWith({ USER_APPROVE_PARTITIONS: '7', SCALER_MAX_REPLICAS: '3' }).maxReplicas,
    ).toBe(3)
  })
})

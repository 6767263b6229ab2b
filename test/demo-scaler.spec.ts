import { expect, test } from 'vitest'
import { parseSettings } from '#service-defaults'
import { consoleSettings } from '../apps/console/src/console.settings.js'
import { scalerSettings } from '../apps/console/src/scaler/scaler.settings.js'
import { scalerOf } from '../tools/demo/scaler.ts'

test.each([20, 60])("the simulated scaler is the console's, with a window of %i s", (window) => {
  const settings = parseSettings(consoleSettings, { SCALER_DOWN_WINDOW_SECONDS: String(window) })
  const hpa = scalerSettings(settings)
  const { minReplicas, maxReplicas, metrics } = hpa
  const facts = { minReplicas, maxReplicas, target: metrics[0]!.target, syncPeriod: 5 }
  expect(scalerOf(facts, window)).toEqual({ hpa, syncSeconds: 5 })
})

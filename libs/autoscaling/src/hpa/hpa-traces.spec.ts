import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decide } from './decide.js'
import { noHistory, type HpaHistory } from './history.js'
import { hpaSettings, type ScalingRules } from './hpa.settings.js'

/** See fixtures/hpa-traces/README.md. */
interface Trace {
  kubernetes: string
  controller: { syncPeriodSeconds: number; downscaleStabilizationSeconds: number }
  spec: {
    minReplicas: number
    maxReplicas: number
    metrics: { name: string; averageValue?: number; value?: number }[]
    behavior?: { scaleUp?: Partial<ScalingRules>; scaleDown?: Partial<ScalingRules> }
  }
  looks: Look[]
}

interface Look {
  at: number
  value: number | null
  specReplicas: number
  statusReplicas: number
  readyPods: number
  desiredReplicas: number
}

const directory = join(import.meta.dirname, '..', '..', 'fixtures', 'hpa-traces')
const names = readdirSync(directory)
const textOf = (name: string) => readFileSync(join(directory, name), 'utf8')

/** The README's own example, too, so that the format is as it says. */
const traces = names.map((name): [string, Trace] => [
  name,
  JSON.parse(name.endsWith('.md') ? /```json\n([^]*?)```/.exec(textOf(name))![1]! : textOf(name)),
])

describe('A trace of the real HPA controller', () => {
  it.each(traces)('%s is what `decide` decides', (_, trace) => {
    const desired = trace.looks.map(({ at, desiredReplicas }) => ({ at, desiredReplicas }))
    expect(replay(trace)).toEqual(desired)
    expect(desired.length).toBeGreaterThan(0)
  })
})

function replay({ spec, controller, looks }: Trace) {
  const settings = hpaSettings({
    minReplicas: spec.minReplicas,
    maxReplicas: spec.maxReplicas,
    behavior: spec.behavior,
    downscaleStabilizationSeconds: controller.downscaleStabilizationSeconds,
    metrics: spec.metrics.map(({ name, averageValue, value }) =>
      averageValue === undefined
        ? { name, type: 'Value', target: value! }
        : { name, type: 'AverageValue', target: averageValue },
    ),
  })
  let history: HpaHistory = noHistory
  return looks.map(({ at, value, specReplicas, statusReplicas, readyPods }) => {
    const seen = { at, specReplicas, statusReplicas, readyPods }
    const step = decide(settings, { ...seen, readings: [value ?? undefined] }, history)
    history = step.history
    return { at, desiredReplicas: step.decision.replicas }
  })
}

import { describe, expect, it } from 'vitest'
import { parseSimulateOptions, type RunOrder } from './simulate-options.ts'

const scenarioOf = (...args: string[]) => (parseSimulateOptions(args) as RunOrder).scenario

describe('The options of npm run simulate', () => {
  it('are those of a small system, unless told otherwise', () => {
    const order = parseSimulateOptions([])
    expect(order).toMatchObject({ command: 'run', rows: 20, explain: false, json: false })
    expect(scenarioOf()).toMatchObject({
      scaler: 'hpa',
      metric: 'average',
      profile: 'step',
      hasBehavior: true,
      isEven: false,
      partitions: 12,
      concurrency: 1,
      'service-ms': 200,
      target: 10,
      min: 1,
      max: 12,
    })
  })

  it('take policies as so many pods, or so many per cent, in so many seconds', () => {
    expect(scenarioOf('--up', '4/15,50%/60', '--up-select', 'Min').scaleUp).toEqual({
      selectPolicy: 'Min',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 50, periodSeconds: 60 },
      ],
    })
  })

  it('take larger steps for more than an hour, unless told otherwise', () => {
    expect(scenarioOf('--minutes', '60').step).toBe(0.1)
    expect(scenarioOf('--minutes', '61').step).toBe(1)
    expect(scenarioOf('--minutes', '61', '--step', '0.5').step).toBe(0.5)
  })

  it('are lists in a search: every combination is tried', () => {
    const order = parseSimulateOptions([
      'search',
      '--goal',
      '5',
      '--target',
      '1,2,3',
      '--min',
      '1,2',
    ])
    expect(order).toMatchObject({ command: 'search', goal: 5, percentile: 99 })
    if (order.command !== 'search') throw new Error('no search')
    expect(order.scenarios.map(({ target, min }) => `${target}/${min}`).toSorted()).toEqual([
      '1/1',
      '1/2',
      '2/1',
      '2/2',
      '3/1',
      '3/2',
    ])
  })

  it.each<[string[], string]>([
    [['--gently'], "'--gently'"],
    [['forecast'], 'There is no command "forecast"'],
    [['article', '--rate', '5'], 'article has its own settings and takes no --rate'],
    [['search'], 'search needs a --goal'],
    [['search', '--goal', '5', '--rows', '3'], 'search takes no --rows'],
    [['--goal', '5'], '--goal is for search only'],
    [['--partitions', '0'], '--partitions is "0": give a number from 1'],
    [['--partitions', '1.5'], '--partitions is "1.5": give a whole number'],
    [['--target', '1,2'], '--target is "1,2"'],
    [['--rate', ''], '--rate is ""'],
    [['--scaler', 'vpa'], '--scaler is "vpa": use hpa, keda, none'],
    [['--up', 'lots'], '--up is "lots": write 4/15'],
    [['--from', '100', '--to', '50'], '--to 50 is before --from 100'],
    [['--cooldown', '5'], '--cooldown is nothing to a scaler "hpa"'],
    [['--allow-idle'], '--allow-idle is nothing to a scaler "hpa"'],
    [['--scaler', 'keda', '--scrape', '5'], '--scrape is nothing to a scaler "keda"'],
    [['--scaler', 'keda', '--metric', 'pods'], 'KEDA knows no --metric pods'],
    [['--scaler', 'none', '--max', '5'], '--max is nothing to a scaler "none"'],
    [['--without-behavior', '--up', '4/15'], '--up is part of a behavior'],
  ])('refuse %j', (args, sentence) => {
    expect(() => parseSimulateOptions(args)).toThrow(sentence)
  })
})

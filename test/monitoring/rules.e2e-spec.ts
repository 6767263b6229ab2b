import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { sagaSettings } from '#service-defaults'
import { deadLetterTopic, subscriptions, type TopicName, topics } from '#contracts'

import { redriveGroup } from '../../tools/dlq/spans.ts'
import { knownMetrics, metricsIn, recordedSamples } from './known-metrics.js'
import {
  adapterQuery,
  adapterRule,
  alerts,
  read,
  ruleFiles,
  rules,
  rulesDirectory,
} from './monitoring-files.js'
import { parsePromQL, promtool, promtoolWith } from './promtool.js'

const testFiles = readdirSync(rulesDirectory).filter((name) => name.endsWith('.test.yaml'))
const groups = Object.keys(subscriptions)
const approval = { topic: 'user-approve', consumergroup: 'user-approval-service' }
const DAY_SECONDS = 24 * 60 * 60

interface TestFile {
  tests: { name: string; alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[]
}

const minutes = 60_000

const ruleTests = testFiles.flatMap(
  (file) => (parse(read(`monitoring/rules/${file}`)) as TestFile).tests,
)

describe.skipIf(!promtool.isThere)(`rules, by promtool${promtool.note}`, () => {
  it.each(ruleFiles)('%s is right', (file) => {
    expect(promtool.run(['check', 'rules', '--lint-fatal', join(rulesDirectory, file)])).toContain(
      'SUCCESS',
    )
  })

  // Days of samples: nine seconds of a processor, which others may be using.
  it.each(testFiles)(
    '%s passes',
    (file) => {
      expect(promtool.run(['test', 'rules', join(rulesDirectory, file)])).toContain('SUCCESS')
    },
    2 * minutes,
  )

  it('a name that is no PromQL is found out', () => {
    expect(() => parsePromQL(['sum by (topic) (rate(x[1m])', 'up'])).toThrow(/could not parse/)
  })
})

describe("alerts' tests", () => {
  const tested = ruleTests.flatMap(({ name, alert_rule_test = [] }) =>
    alert_rule_test.map(({ alertname, exp_alerts }) => ({
      name,
      alertname,
      fires: exp_alerts.length > 0,
    })),
  )

  it.each(alerts.map(({ alert }) => alert))('%s has one for firing and one for not', (alert) => {
    const own = tested.filter(({ alertname }) => alertname === alert)
    expect(new Set(own.map(({ fires }) => fires))).toEqual(new Set([true, false]))
  })

  it('say in their names what they expect', () => {
    for (const { name, alertname, fires } of tested) {
      expect(name).toMatch(`${alertname} ${fires ? 'fires when' : 'does not fire when'}`)
    }
  })
})

describe('docs/runbook.md', () => {
  const anchors = [...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name)

  it('has an entry for each alert, and for nothing else', () => {
    expect(anchors).toEqual(alerts.map(({ alert }) => alert))
  })

  it('is where every alert sends the reader', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations?.['runbook']).toBe(`docs/runbook.md#${alert.toLowerCase()}`)
    }
  })
})

describe('rules and the code', () => {
  const expressions = rules.map(({ expr }) => expr)
  const naming = (text: string) => expressions.filter((expr) => expr.includes(text))

  it('use no metric that nobody tells', () => {
    const known = knownMetrics()
    const unknown = expressions.flatMap(metricsIn).filter((name) => !known.has(name))
    expect(unknown).toEqual([])
  })

  it('mean the groups that there are, wherever they name groups', () => {
    for (const expr of naming('consumergroup=~')) {
      expect(expr).toContain(`consumergroup=~"${groups.join('|')}"`)
    }
  })

  it('know every topic whose lag has to be known', () => {
    const [expr] = naming('kafka_topic_partition_current_offset{topic=~"user')
      .join()
      .match(/topic=~"[^"]+"/)!
    const named = expr.slice('topic=~"'.length, -1).split('|')
    expect(named).toEqual(expect.arrayContaining(Object.keys(topics)))
  })

  it('find dead letters by the names of their topics', () => {
    for (const topic of Object.keys(topics) as TopicName[]) {
      expect(deadLetterTopic(topic)).toMatch(/^.+[.]dlq$/)
      expect(topic).not.toMatch(/^.+[.]dlq$/)
    }
    expect(naming('.+[.]dlq')).not.toEqual([])
  })

  it('know the group that puts dead letters back', () => {
    expect(naming(`consumergroup="${redriveGroup}"`)).not.toEqual([])
  })

  it('miss a deadline a quarter of an hour after the one that the services have by default', () => {
    expect(sagaSettings.SAGA_DEADLINE_MS.fallback).toBe(String(DAY_SECONDS * 1_000))
    const missed = alerts.find(({ alert }) => alert === 'TidewayDeadlineMissed')
    expect(missed?.expr).toContain(`> ${DAY_SECONDS} + ${15 * 60}`)
  })
})

describe("the autoscaler's metric", () => {
  const query = adapterQuery({ ...approval, namespace: 'tideway' })

  it('is found in the series that a rule records', () => {
    const [series] = adapterRule.seriesQuery.split('{')
    expect(rules.map(({ record }) => record)).toContain(series)
  })

  it('has the name and the labels by which autoscalers ask', () => {
    expect(adapterRule.name.as).toBe('kafka_consumergroup_lag')
    expect(query).toBe(
      'sum by (namespace, topic, consumergroup) (namespace_consumergroup_topic:kafka_consumergroup_lag:sum{topic="user-approve",consumergroup="user-approval-service",namespace="tideway"})',
    )
    expect(subscriptions[approval.consumergroup as 'user-approval-service']).toContain(
      approval.topic,
    )
  })

  it('makes nothing up where there is nothing', () => {
    expect(`${query}${rules.map(({ expr }) => expr).join()}`).not.toMatch(/vector\(/)
  })

  describe.skipIf(!promtool.isThere)(`of a recorded scrape${promtool.note}`, () => {
    const scraped = (instance: string) =>
      recordedSamples().map(({ name, labels, value }) => ({
        series: `${name}{namespace="tideway", instance="${instance}", ${labels}}`,
        values: `${value}x12`,
      }))
    const evaluate = (input_series: object[], value: number | undefined) =>
      promtoolWith(['test', 'rules'], {
        rule_files: [join(rulesDirectory, 'lag.rules.yaml')],
        evaluation_interval: '5s',
        tests: [
          {
            interval: '5s',
            input_series,
            promql_expr_test: [
              {
                expr: query,
                eval_time: '1m',
                exp_samples: value === undefined ? [] : [{ labels: ANSWER, value }],
              },
            ],
          },
        ],
      })

    it('is what waits: 6, none of the partition that is ahead, and all of the one never committed', () => {
      expect(evaluate(scraped('a'), 6 + 0 + 30)).toContain('SUCCESS')
    })

    it('is the same when two exporters tell it', () => {
      expect(evaluate([...scraped('a'), ...scraped('b')], 36)).toContain('SUCCESS')
    })

    it.each(['0', '1', '2'])('is missing while partition %s is missing', (partition) => {
      const rest = scraped('a').filter(
        ({ series }) =>
          !series.startsWith('kafka_consumergroup') || !series.includes(`partition="${partition}"`),
      )
      expect(evaluate(rest, undefined)).toContain('SUCCESS')
    })

    it('is missing while the exporter is away', () => {
      const gone = scraped('a').map(({ series, values }) => ({
        series,
        values: values.replace('x12', 'x6 stale'),
      }))
      expect(evaluate(gone, undefined)).toContain('SUCCESS')
    })

    it('would be found out if it were another one', () => {
      expect(() => evaluate(scraped('a'), 37)).toThrow(/FAILED/)
    })
  })
})

const ANSWER = '{namespace="tideway", topic="user-approve", consumergroup="user-approval-service"}'

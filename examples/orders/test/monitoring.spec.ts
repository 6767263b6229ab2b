import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { asJson } from '../../../tools/dashboards/dashboard.ts'
import { knownMetrics, metricsIn } from '../../../test/monitoring/known-metrics.js'
import { type Rule, read } from '../../../test/monitoring/monitoring-files.js'
import { parsePromQL, promtool } from '../../../test/monitoring/promtool.js'
import { ORDER_ENDS, ORDER_EVENTS, ORDER_STATES } from '../contracts/order.saga.js'
import { orders } from '../monitoring/orders.dashboard.js'

const folder = 'examples/orders/monitoring'
const { groups }: { groups: { rules: (Rule & { record: string })[] }[] } = parse(
  read(`${folder}/orders.rules.yaml`),
)
const rules = groups.flatMap((group) => group.rules)
const known = new Set([
  ...knownMetrics(),
  'orders_saga_steps_total',
  ...rules.map(({ record }) => record),
])
const panels = orders.rows.flatMap((row) => row.panels)
const expressions = panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))

describe('rules and dashboard of orders', () => {
  it('name no metric that nobody tells', () => {
    const named = [...expressions, ...rules.map(({ expr }) => expr)].flatMap(metricsIn)
    expect(named.filter((name) => !known.has(name) && name !== 'label_replace')).toEqual([])
  })

  it('name states and events of the table, and each way to end', () => {
    const labels = (name: string) =>
      rules.flatMap(({ expr }) =>
        [...expr.matchAll(new RegExp(`\\b${name}="([^"]+)"`, 'g'))].map(([, value]) => value!),
      )
    expect(ORDER_STATES).toEqual(expect.arrayContaining(labels('state')))
    expect(ORDER_EVENTS).toEqual(expect.arrayContaining(labels('event')))
    const ends = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/"end", "([^"]+)"/g)].map(([, end]) => end!),
    )
    expect(ends.toSorted()).toEqual([...ORDER_ENDS].toSorted())
  })

  it('orders.json is what orders.dashboard.ts makes; if it is not, run `npm run docs`', () => {
    expect(JSON.parse(read(`${folder}/orders.json`))).toEqual(
      JSON.parse(JSON.stringify(asJson(orders))),
    )
  })

  it.skipIf(!promtool.isThere)(`pass promtool${promtool.note}`, () => {
    parsePromQL(expressions.map((expr) => expr.replaceAll('$namespace', 'tideway')))
    const file = (name: string) => new URL(`../monitoring/${name}`, import.meta.url).pathname
    expect(promtool.run(['check', 'rules', '--lint-fatal', file('orders.rules.yaml')])).toContain(
      'SUCCESS',
    )
    expect(promtool.run(['test', 'rules', file('orders.test.yaml')])).toContain('SUCCESS')
  })
})

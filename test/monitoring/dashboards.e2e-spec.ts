import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { dashboardFiles, dashboards } from '../../tools/dashboards/dashboards.ts'
import { knownMetrics, metricsIn } from './known-metrics.js'
import { read } from './monitoring-files.js'
import { parsePromQL, promtool } from './promtool.js'

const folder = 'monitoring/grafana'
const panels = Object.values(dashboards).flatMap(({ rows }) => rows.flatMap((row) => row.panels))
const expressions = panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))

describe('dashboards', () => {
  it.each(dashboardFiles())(
    '%s is what tools/dashboards makes; if it is not, run `npm run docs`',
    (name, content) => {
      expect(JSON.parse(read(`${folder}/dashboards/${name}`))).toEqual(
        JSON.parse(JSON.stringify(content)),
      )
    },
  )

  it("begin with the article's four panels", () => {
    const [first] = dashboards['tideway']!.rows
    expect(first?.panels.map(({ title }) => title)).toEqual([
      'Events a second',
      'Lag',
      'Replicas',
      'Nodes',
    ])
  })

  it('show no metric that nobody tells', () => {
    const known = knownMetrics()
    const unknown = expressions.flatMap(metricsIn).filter((name) => !known.has(name))
    expect(unknown).toEqual([])
  })

  it('ask for the namespace that was chosen, but for alerts', () => {
    for (const expr of expressions) expect(expr).toMatch(/namespace="\$namespace"|^count.*ALERTS/)
  })

  it('lie side by side and never on one another', () => {
    for (const [, content] of dashboardFiles()) {
      const taken = new Set<string>()
      for (const { gridPos } of (content as { panels: { gridPos: Position }[] }).panels) {
        for (const cell of cells(gridPos)) {
          expect(taken).not.toContain(cell)
          taken.add(cell)
        }
      }
    }
  })

  it.skipIf(!promtool.isThere)(`hold nothing but PromQL${promtool.note}`, () => {
    parsePromQL(expressions.map((expr) => expr.replaceAll('$namespace', 'tideway')))
  })
})

describe('Grafana', () => {
  it('is given every dashboard, where it looks for them', () => {
    const { configMapGenerator }: Kustomization = parse(read(`${folder}/kustomization.yaml`))
    const given = configMapGenerator.find(({ name }) => name === 'grafana-dashboards')
    expect(given?.files).toEqual(dashboardFiles().map(([name]) => `dashboards/${name}`))
    const { providers }: Providers = parse(read(`${folder}/provisioning/dashboards.yaml`))
    expect(read(`${folder}/grafana.yaml`)).toContain(`mountPath: ${providers[0]!.options.path}`)
  })

  it('is given the datasource that the panels name', () => {
    const { datasources }: Datasources = parse(read(`${folder}/provisioning/datasources.yaml`))
    const named = dashboardFiles().flatMap(([, content]) => [
      ...JSON.stringify(content).matchAll(/"datasource":(\{[^}]*\})/g),
    ])
    expect(named).not.toEqual([])
    for (const [, datasource] of named) {
      expect(JSON.parse(datasource!)).toEqual({ type: 'prometheus', uid: datasources[0]!.uid })
    }
  })
})

interface Position {
  x: number
  y: number
  w: number
  h: number
}

function cells({ x, y, w, h }: Position): string[] {
  return Array.from(
    { length: w * h },
    (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`,
  )
}

interface Kustomization {
  configMapGenerator: { name: string; files: string[] }[]
}
interface Providers {
  providers: { options: { path: string } }[]
}
interface Datasources {
  datasources: { uid: string }[]
}

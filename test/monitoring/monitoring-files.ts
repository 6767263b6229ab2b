import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parse } from 'yaml'

import { root } from '../../tools/workspace/paths.mjs'

export const rulesDirectory = join(root, 'monitoring', 'rules')
export const ruleFiles = ['lag', 'services', 'alerts'].map((name) => `${name}.rules.yaml`)

export interface Rule {
  record?: string
  alert?: string
  expr: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

interface RuleFile {
  groups: { rules: Rule[] }[]
}

export interface AdapterRule {
  seriesQuery: string
  name: { as: string }
  resources: { overrides: Record<string, { resource: string }> }
  metricsQuery: string
}

/** @param path from the workspace's directory */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export const rules: Rule[] = ruleFiles.flatMap((file) => {
  const { groups }: RuleFile = parse(read(`monitoring/rules/${file}`))
  return groups.flatMap((group) => group.rules)
})

export const alerts = rules.filter((rule): rule is Rule & { alert: string } => 'alert' in rule)

const adapter: { externalRules: AdapterRule[] } = parse(
  read('monitoring/prometheus-adapter/config.yaml'),
)
export const [adapterRule] = adapter.externalRules as [AdapterRule]

/**
 * What the adapter asks Prometheus when an autoscaler asks it.
 * @param labels those of the autoscaler's selector, and its namespace
 */
export function adapterQuery(labels: Record<string, string>): string {
  const [series] = adapterRule.seriesQuery.split('{')
  const matchers = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return adapterRule.metricsQuery
    .replaceAll('<<.Series>>', series!)
    .replaceAll('<<.LabelMatchers>>', matchers.join(','))
}

import { readdirSync } from 'node:fs'

import { collectDefaultMetrics, Registry } from 'prom-client'

import { root } from '../../tools/workspace/paths.mjs'
import { read, rules } from './monitoring-files.js'

const DECLARED = /make(?:Counter|Gauge|Histogram)Provider\(\{\s*name: '(\w+)'/g
const HISTOGRAM = /makeHistogramProvider\(\{\s*name: '(\w+)'/g
const RECORDED = 'test/monitoring/kafka-exporter.prom'

const recorded = read(RECORDED)

/** What a real exporter told once; labels as it writes them, without the braces. */
export function recordedSamples(): { name: string; labels: string; value: string }[] {
  return [...recorded.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name, labels = '', value]) => ({ name: name!, labels, value: value! }),
  )
}

/** Names of Kubernetes' own, of kube-state-metrics 2. */
const KUBE_STATE_METRICS = [
  'kube_horizontalpodautoscaler_spec_max_replicas',
  'kube_horizontalpodautoscaler_status_condition',
  'kube_horizontalpodautoscaler_status_current_replicas',
  'kube_horizontalpodautoscaler_status_desired_replicas',
]

/** Every name that an expression may use: read from the services, from a scrape, and from the rules. */
export function knownMetrics(): Set<string> {
  return new Set([
    ...namesDeclared(),
    ...namesOfNode(),
    ...[...recorded.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!),
    ...KUBE_STATE_METRICS,
    ...rules.flatMap(({ record }) => record ?? []),
    'up',
    'ALERTS',
  ])
}

/** The metrics in an expression: what is no function, keyword, label, text or number. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(?:by|on|group_left|ignoring|without)\s*\([^)]*\)/g, '')
    .replaceAll(/\[[^\]]*\]|\boffset \w+/g, '')
  const words = bare.match(/[a-zA-Z_][\w:]*(?!\s*\(|[\w:])/g) ?? []
  return words.filter((word) => !KEYWORDS.has(word) && !AGGREGATIONS.has(word))
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'bool'])
const AGGREGATIONS = new Set(['sum', 'max', 'count'])

function namesDeclared(): string[] {
  const files = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\/src\/.*(?<!spec)\.ts$/.test(file))
      .map((file) => read(`${folder}/${file}`)),
  )
  const all = files.flatMap((text) => [...text.matchAll(DECLARED)].map(([, name]) => name!))
  const histograms = files.flatMap((text) => [...text.matchAll(HISTOGRAM)].map(([, name]) => name!))
  return [...all, ...histograms.flatMap(partsOfHistogram)]
}

/** What prom-client tells of every process. */
function namesOfNode(): string[] {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register.getMetricsAsArray().flatMap(({ name }) => [name, ...partsOfHistogram(name)])
}

function partsOfHistogram(name: string): string[] {
  return ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`)
}

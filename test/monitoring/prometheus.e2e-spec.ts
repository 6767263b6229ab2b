import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'

import { subscriptions } from '#contracts'
import { eventually } from '#testing'

import type { ManagedProcess } from '../../tools/processes/managed-process.ts'
import { freePort } from '../../tools/processes/ports.ts'
import { workerRoster } from '../../tools/testing/worker-roster.ts'
import { read, rulesDirectory } from './monitoring-files.js'
import { prometheus, promtool, promtoolWith } from './promtool.js'

/** Milliseconds. */
const STOP_WITHIN = 10_000

interface ScrapeConfig {
  job_name: string
  scrape_interval?: string
  kubernetes_sd_configs?: { selectors: { label: string }[] }[]
  static_configs?: { targets: string[]; labels?: Record<string, string> }[]
  relabel_configs?: object[]
}

interface Config {
  rule_files: string[]
  scrape_configs: ScrapeConfig[]
}

const config: Config = parse(read('monitoring/prometheus/prometheus.yml'))
const job = (name: string) => config.scrape_configs.find((each) => each.job_name === name)!

/**
 * The same with pods named instead of looked for: Debian's Prometheus is built without Kubernetes' discovery.
 * @param pods a list of targets by the name of their job
 */
function withPods(pods: Record<string, NonNullable<ScrapeConfig['static_configs']>>): Config {
  const scrape_configs = config.scrape_configs.map((each) => {
    const named = { ...each, static_configs: each.static_configs ?? pods[each.job_name] ?? [] }
    delete named.kubernetes_sd_configs
    return named
  })
  return { ...config, rule_files: [join(rulesDirectory, '*.rules.yaml')], scrape_configs }
}

describe('prometheus.yml', () => {
  it.skipIf(!promtool.isThere)(`is right${promtool.note}`, () => {
    expect(promtoolWith(['check', 'config'], withPods({}))).toContain('SUCCESS')
  })

  it('looks for the services that there are, and for nothing outside of its namespace', () => {
    const [discovery] = job('tideway').kubernetes_sd_configs!
    expect(discovery?.selectors).toEqual([
      { role: 'pod', label: `app in (${Object.keys(subscriptions).join(', ')})` },
    ])
    for (const { kubernetes_sd_configs: every = [] } of config.scrape_configs) {
      for (const each of every) expect(each).toMatchObject({ namespaces: { own_namespace: true } })
    }
  })

  it('asks kafka-exporter as often as the rules on the lag are evaluated', () => {
    const lag: { groups: { interval: string }[] } = parse(read('monitoring/rules/lag.rules.yaml'))
    expect(lag.groups.map(({ interval }) => interval)).toEqual([
      job('kafka-exporter').scrape_interval,
    ])
  })
})

describe('docker-compose.yml', () => {
  interface Compose {
    services: Record<string, { image: string; profiles?: string[]; volumes?: string[] }>
    configs: Record<string, { content: string }>
  }
  const { services, configs }: Compose = parse(read('docker-compose.yml'), { merge: true })
  const content = configs['prometheus-settings']!.content.replaceAll(/\$\{\w+:-(\w+)\}/g, '$1')
  const ofContainers = parse(content) as Config
  const watching = Object.entries(services).filter(([, { profiles }]) => profiles !== undefined)

  it('watches with the images that a cluster has', () => {
    expect(watching.map(([name]) => name)).toEqual(['kafka-exporter', 'prometheus', 'grafana'])
    for (const [name, { image }] of watching) {
      expect(read(`monitoring/${name}/${name}.yaml`)).toContain(`image: ${image}\n`)
    }
  })

  it('has jobs of the names that the rules know, and every service in them', () => {
    const names = config.scrape_configs.map(({ job_name }) => job_name)
    for (const { job_name } of ofContainers.scrape_configs) expect(names).toContain(job_name)
    for (const service of Object.keys(subscriptions))
      expect(content).toContain(`names: [${service}]`)
  })

  it.skipIf(!promtool.isThere)(`gives Prometheus what it understands${promtool.note}`, () => {
    const checked = { ...ofContainers, rule_files: [join(rulesDirectory, '*.rules.yaml')] }
    expect(promtoolWith(['check', 'config'], checked)).toContain('SUCCESS')
  })
})

describe.skipIf(!prometheus.isThere)(`a Prometheus that finds pods${prometheus.note}`, () => {
  const pod = (ip: string, port: string, more: Record<string, string> = {}) => ({
    targets: [`${ip.includes(':') ? `[${ip}]` : ip}:${port}`],
    labels: {
      __meta_kubernetes_namespace: 'tideway',
      __meta_kubernetes_pod_ip: ip,
      __meta_kubernetes_pod_name: 'user-service-1',
      __meta_kubernetes_pod_node_name: 'node-1',
      __meta_kubernetes_pod_phase: 'Running',
      __meta_kubernetes_pod_label_app: 'user-service',
      __meta_kubernetes_pod_container_port_name: 'http',
      ...more,
    },
  })
  const annotated = {
    __meta_kubernetes_pod_annotation_prometheus_io_port: '15020',
    __meta_kubernetes_pod_annotation_prometheus_io_path: '/stats/prometheus',
  }
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'))
  let process: ManagedProcess | undefined
  let targets: { scrapeUrl: string; labels: Record<string, string> }[]

  beforeAll(async () => {
    mkdirSync(join(directory, 'data'))
    const file = join(directory, 'prometheus.yml')
    const pods = [
      pod('127.0.0.2', '3001'),
      pod('127.0.0.3', '3001', annotated),
      // The port of Istio's own container, in the same pod.
      pod('127.0.0.3', '15090', {
        ...annotated,
        __meta_kubernetes_pod_container_port_name: 'http-envoy-prom',
      }),
      pod('127.0.0.4', '3001', { __meta_kubernetes_pod_phase: 'Succeeded' }),
      pod('::1', '3001', annotated),
    ]
    writeFileSync(file, stringify(withPods({ tideway: pods }), { aliasDuplicateObjects: false }))
    const address = `127.0.0.1:${await freePort()}`
    process = workerRoster().launch('helper', {
      name: 'prometheus',
      command: 'prometheus',
      args: [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      cwd: directory,
      output: { file: join(directory, 'log') },
    })
    targets = await eventually(async () => {
      const answer = await fetch(`http://${address}/api/v1/targets?state=active`)
      const { data } = (await answer.json()) as { data: { activeTargets: typeof targets } }
      expect(data.activeTargets).toHaveLength(4)
      return data.activeTargets
    })
  })

  afterAll(async () => {
    await process?.stop(STOP_WITHIN)
    rmSync(directory, { recursive: true, force: true })
  })

  const urls = () => targets.map(({ scrapeUrl }) => scrapeUrl)

  it('scrapes a pod at its port http', () => {
    expect(urls()).toContain('http://127.0.0.2:3001/metrics')
  })

  it('scrapes a pod of the mesh at its sidecar, once', () => {
    expect(urls().filter((url) => url.includes('127.0.0.3'))).toEqual([
      'http://127.0.0.3:15020/stats/prometheus',
    ])
  })

  it('scrapes a pod of the mesh that has an IPv6 address', () => {
    expect(urls()).toContain('http://[::1]:15020/stats/prometheus')
  })

  it('scrapes no pod that has ended', () => {
    expect(urls().join()).not.toContain('127.0.0.4')
  })

  it('says of each which service it is, where it runs and what it is called', () => {
    const { labels } = targets.find(({ scrapeUrl }) => scrapeUrl.includes('127.0.0.2'))!
    expect(labels).toEqual({
      instance: '127.0.0.2:3001',
      job: 'tideway',
      namespace: 'tideway',
      service: 'user-service',
      pod: 'user-service-1',
      node: 'node-1',
    })
  })
})

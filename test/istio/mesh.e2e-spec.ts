import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { HTTP_TIMEOUTS } from '../../libs/service-defaults/src/http/limits.js'
import { LONGEST_WAIT } from '../../libs/service-defaults/src/http/prefer.js'
import { subscriptions } from '#contracts'
import { operationServiceSettings } from '../../apps/operation-service/src/operation-service.settings.js'
import { userApprovalServiceSettings } from '../../apps/user-approval-service/src/user-approval-service.settings.js'
import { userServiceSettings } from '../../apps/user-service/src/user-service.settings.js'
import { build, combine, find, kustomize, type Manifest } from '../manifests/manifests.js'
import { covers, type HttpRequest, type HttpRoute, routeOf, type Rule } from './routes.js'

const services = Object.keys(subscriptions)
const GATEWAY = 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account'
const OPERATION = 'operation-service.tideway.svc.cluster.local:3000'
const USER = 'user-service.tideway.svc.cluster.local:3001'
const id = '019a9f00-0000-7000-8000-000000000001'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const request = (line: string, headers: Record<string, string> = {}): HttpRequest => {
  const [method, path] = line.split(' ')
  return { method: method!, path: path!, headers }
}

describe.skipIf(!kustomize.isThere)(`the mesh${kustomize.note}`, () => {
  const base = kustomize.isThere ? build('istio/base').manifests : []
  const cloud = kustomize.isThere ? build('istio/overlays/cloud').manifests : []
  const inCluster = kustomize.isThere ? build('istio/in-cluster').manifests : []

  describe('routes', () => {
    const { http } = kustomize.isThere
      ? find<{ http: HttpRoute[] }>(base, 'VirtualService', 'tideway').spec
      : { http: [] }
    const route = (line: string, headers?: Record<string, string>) =>
      routeOf(http, request(line, headers))
    const destination = (line: string, headers?: Record<string, string>) => {
      const [first] = route(line, headers)?.route ?? []
      return first && `${first.destination.host}:${first.destination.port.number}`
    }
    const seconds = (line: string) => Number.parseInt(route(line)?.timeout ?? '', 10)

    it.each([
      ['POST /users', OPERATION],
      ['GET /operations', OPERATION],
      ['GET /operations/summary', OPERATION],
      [`GET /operations/${id}`, OPERATION],
      [`GET /operations/${id}/events`, OPERATION],
      ['GET /docs', OPERATION],
      ['GET /docs/openapi.json', OPERATION],
      ['GET /users', USER],
      [`GET /users/${id}`, USER],
      [`DELETE /users/${id}`, USER],
    ])('%s is answered by %s', (line, service) => {
      expect(destination(line)).toBe(service)
    })

    it.each([
      'GET /metrics',
      'GET /livez',
      'GET /readyz',
      'GET /',
      'GET /usersx',
      'POST /operationsx',
    ])('%s is answered by nobody', (line) => {
      expect(destination(line)).toBeUndefined()
    })

    it("leads a browser's question to the service of the request that it asks about", () => {
      const asking = (method: string) =>
        destination('OPTIONS /users', { 'access-control-request-method': method })
      expect(asking('POST')).toBe(OPERATION)
      expect(asking('GET')).toBe(USER)
    })

    it('repeats the creation of a user that has a key', () => {
      expect(route('POST /users', { 'idempotency-key': '"8e03978e"' })?.retries.attempts).toBe(2)
    })

    it('does not repeat the creation of a user that has none', () => {
      expect(route('POST /users')?.retries.attempts).toBe(0)
    })

    it('repeats nothing that was answered', () => {
      const repeated = http.flatMap(({ retries }) => retries.retryOn?.split(',') ?? [])
      expect(new Set(repeated)).toEqual(new Set(['connect-failure', 'refused-stream', 'reset']))
    })

    it.each(['POST /users', `GET /operations/${id}`])(
      '%s has longer than a client may wait',
      (line) => {
        expect(seconds(line)).toBeGreaterThan(LONGEST_WAIT)
      },
    )

    it('lets a stream be as long as it is', () => {
      expect(route(`GET /operations/${id}/events`)).not.toHaveProperty('timeout')
    })

    it('gives everything else an end', () => {
      for (const { name, timeout } of http) {
        if (name !== 'follow-operation') expect(timeout).toMatch(/^[1-9]\d*s$/)
      }
    })

    it.each([
      ['operation-service', operationServiceSettings, OPERATION],
      ['user-service', userServiceSettings, USER],
    ])('go to the port of %s', (_name, settings, address) => {
      expect(address.split(':')[1]).toBe(settings.PORT.fallback)
    })
  })

  describe('policies', () => {
    interface Policy {
      selector?: { matchLabels: { app: string } }
      action?: 'ALLOW' | 'DENY'
      rules?: Rule[]
    }
    const policies = (manifests: Manifest[]) =>
      manifests.filter(({ kind }) => kind === 'AuthorizationPolicy') as Manifest<Policy>[]
    const allows = (service: string, line: string, principal = GATEWAY) =>
      policies(base)
        .filter(({ spec }) => spec?.selector?.matchLabels.app === service)
        .some(({ spec }) => spec.rules!.some((rule) => covers(rule, principal, request(line))))

    it('let nobody in but by a rule', () => {
      const open = policies(base).filter(({ spec }) => spec?.selector === undefined)
      expect(open.map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
        ['default-deny', {}],
      ])
    })

    it.each([
      ['operation-service', 'POST /users'],
      ['operation-service', 'OPTIONS /users'],
      ['operation-service', `GET /operations/${id}/events`],
      ['operation-service', 'GET /docs'],
      ['user-service', 'GET /users'],
      ['user-service', `DELETE /users/${id}`],
    ])('let the gateway in to %s for %s', (service, line) => {
      expect(allows(service, line)).toBe(true)
    })

    it.each([
      ['operation-service', 'GET /metrics'],
      ['operation-service', 'DELETE /operations/1'],
      ['user-service', 'POST /users'],
      ['user-service', 'GET /readyz'],
      ['user-approval-service', 'GET /metrics'],
    ])('do not let the gateway in to %s for %s', (service, line) => {
      expect(allows(service, line)).toBe(false)
    })

    it.each(services)('do not let %s call another service', (caller) => {
      const principal = `cluster.local/ns/tideway/sa/${caller}`
      for (const line of ['POST /users', 'GET /users', 'GET /operations']) {
        for (const called of services) expect(allows(called, line, principal)).toBe(false)
      }
    })

    it('take nothing but mutual TLS', () => {
      expect(find(base, 'PeerAuthentication', 'strict').spec).toEqual({ mtls: { mode: 'STRICT' } })
    })

    it.each([
      [
        'kafka',
        ['operation-service', 'user-service', 'user-approval-service', 'kafka-exporter', 'kafka'],
        '9092',
      ],
      ['mongodb', ['operation-service', 'user-service', 'mongodb'], '27017'],
    ])('let in to %s who needs it, by its port', (name, callers, port) => {
      const [rule] = find<Policy>(inCluster, 'AuthorizationPolicy', name).spec.rules!
      expect(rule?.from[0]?.source.principals).toEqual(
        callers.map((caller) => `cluster.local/ns/tideway/sa/${caller}`),
      )
      expect(rule?.to).toEqual([{ operation: { ports: [port] } }])
    })

    describe('of the cloud', () => {
      const refuses = (service: string, line: string) =>
        policies(cloud)
          .filter(
            ({ spec }) => spec?.action === 'DENY' && spec.selector?.matchLabels.app === service,
          )
          .some(({ spec }) => spec.rules!.some((rule) => covers(rule, GATEWAY, request(line))))

      it.each([
        ['operation-service', 'POST /users'],
        ['operation-service', `GET /operations/${id}`],
        ['user-service', 'GET /users'],
        ['user-service', `DELETE /users/${id}`],
      ])('refuse %s without a token: %s', (service, line) => {
        expect(refuses(service, line)).toBe(true)
      })

      it.each([
        ['operation-service', 'OPTIONS /users'],
        ['operation-service', 'GET /docs'],
      ])('do not ask %s for a token: %s', (service, line) => {
        expect(refuses(service, line)).toBe(false)
      })
    })
  })

  describe('connections', () => {
    interface Destination {
      trafficPolicy: { connectionPool: { http: { idleTimeout: string } } }
    }

    it.each(['operation-service', 'user-service'])(
      'to %s are given up by the proxy before the service closes them',
      (name) => {
        const { trafficPolicy } = find<Destination>(base, 'DestinationRule', name).spec
        const idle = Number.parseInt(trafficPolicy.connectionPool.http.idleTimeout, 10)
        expect(idle * 1_000).toBeLessThan(HTTP_TIMEOUTS.keepAlive)
      },
    )

    it('lead nowhere that nobody named', () => {
      expect(find(base, 'Sidecar', 'default').spec).toMatchObject({
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      })
    })
  })

  describe('the cloud', () => {
    it('has every name that is yours in one place', () => {
      const { data }: { data: Record<string, string> } = parse(
        read('istio/overlays/cloud/outside.yaml'),
      )
      const text = JSON.stringify(cloud)
      for (const value of Object.values(data)) expect(text).toContain(JSON.stringify(value))
      const named = text.match(/"[^"]*example\.com[^"]*"/g) ?? []
      expect(new Set(named)).toEqual(
        new Set(
          Object.values(data)
            .filter((value) => value.includes('example.com'))
            .map((value) => JSON.stringify(value)),
        ),
      )
    })

    it('leaves no placeholder behind', () => {
      const entries = cloud.filter(({ kind }) => kind === 'ServiceEntry') as Manifest<{
        hosts: string[]
      }>[]
      for (const { spec } of entries) for (const host of spec.hosts) expect(host).toContain('.')
      expect(cloud.map(({ kind }) => kind)).not.toContain('ConfigMap')
    })

    it('takes requests by TLS alone', () => {
      interface Gateway {
        servers: { port: { protocol: string }; tls: object }[]
      }
      const { servers } = find<Gateway>(cloud, 'Gateway', 'tideway').spec
      expect(servers.map(({ port, tls }) => [port.protocol, tls])).toEqual([
        ['HTTPS', { mode: 'SIMPLE', credentialName: 'tideway-tls', minProtocolVersion: 'TLSV1_2' }],
        ['HTTP', { httpsRedirect: true }],
      ])
    })
  })

  describe('injection', () => {
    const pods = (kind: string, app: string) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: app, namespace: 'tideway', labels: { app } },
      spec: { template: { metadata: { labels: { app } }, spec: {} } },
    })
    const members = [...services, 'kafka-exporter']
    const outside = ['prometheus', 'prometheus-adapter', 'kube-state-metrics', 'grafana']
    const injected = kustomize.isThere
      ? combine({
          components: ['istio/injection'],
          manifests: [
            {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: 'tideway', labels: { a: 'b' } },
            },
            ...[...members, ...outside].map((app) => pods('Deployment', app)),
            ...['kafka', 'mongodb'].map((app) => pods('StatefulSet', app)),
          ],
        }).manifests
      : []
    interface Pods {
      template: {
        metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
      }
    }
    const templateOf = (kind: string, app: string) =>
      find<Pods>(injected, kind, app).spec.template.metadata

    it('is asked for by the namespace', () => {
      const { labels } = find(injected, 'Namespace', 'tideway').metadata
      expect(labels).toEqual({ a: 'b', 'istio-injection': 'enabled' })
    })

    it.each([
      ...members.map((app) => ['Deployment', app]),
      ['StatefulSet', 'kafka'],
      ['StatefulSet', 'mongodb'],
    ])('gives %s %s a sidecar that is there before it and goes after it', (kind, app) => {
      const { annotations, labels } = templateOf(kind, app)
      expect(annotations).toMatchObject({ 'sidecar.istio.io/nativeSidecar': 'true' })
      expect(labels).not.toHaveProperty('sidecar.istio.io/inject')
    })

    it.each(outside)('leaves %s outside', (app) => {
      const { annotations, labels } = templateOf('Deployment', app)
      expect(annotations).toBeUndefined()
      expect(labels).toMatchObject({ 'sidecar.istio.io/inject': 'false' })
    })

    it.each([
      ['operation-service', operationServiceSettings.PORT.fallback],
      ['user-service', userServiceSettings.PORT.fallback],
      ['user-approval-service', userApprovalServiceSettings.PORT.fallback],
      ['kafka-exporter', '9308'],
    ])('tells the sidecar of %s where its metrics are', (app, port) => {
      expect(templateOf('Deployment', app).annotations).toMatchObject({
        'prometheus.io/scrape': 'true',
        'prometheus.io/path': '/metrics',
        'prometheus.io/port': port,
      })
    })
  })
})

import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { describeSettings, type SettingsDefinition } from '#service-defaults'
import { consoleSettings } from '../apps/console/src/console.settings.js'
import { operationServiceSettings } from '../apps/operation-service/src/operation-service.settings.js'
import { userApprovalServiceSettings } from '../apps/user-approval-service/src/user-approval-service.settings.js'
import { userServiceSettings } from '../apps/user-service/src/user-service.settings.js'

interface ComposeFile {
  services: Record<
    string,
    { image: string; environment?: Record<string, string>; ports?: string[] }
  >
}

type Defaults = Record<string, string>

/** Each service's name, its settings, and what its `PORT` is called outside its process. */
const services = [
  ['operation-service', operationServiceSettings, 'OPERATION_SERVICE_PORT'],
  ['user-service', userServiceSettings, 'USER_SERVICE_PORT'],
  ['user-approval-service', userApprovalServiceSettings, 'USER_APPROVAL_SERVICE_PORT'],
] as const

/** A launcher or a file that runs the servers itself knows better than the services' own defaults. */
const providedAddresses = ['KAFKA_BROKERS', 'MONGODB_URI']

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

const compose: ComposeFile = parse(read('docker-compose.yml'), { merge: true })
const dockerfile = read('Dockerfile')
const { version }: { version: string } = JSON.parse(read('package.json'))

/** What a service is to find in its environment, by the names that are known outside; '' is unset. */
function defaultsOf(definition: SettingsDefinition, portSetting: string): Defaults {
  const settings = describeSettings(definition).map((setting) => [
    setting.name === 'PORT' ? portSetting : setting.name,
    setting.default ?? '',
  ])
  return Object.fromEntries(settings)
}

const defaultsOfAll: Defaults = Object.assign(
  {},
  ...services.map(([, definition, portSetting]) => defaultsOf(definition, portSetting)),
  // Started by npm start only.
  defaultsOf(consoleSettings, 'CONSOLE_PORT'),
)

function without(names: string[], defaults: Defaults): Defaults {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.includes(name)))
}

/** `${NAME:-default}` as a name and a default; anything else is a value that cannot be overridden. */
function overridable(text: string): [name: string, fallback: string] {
  const [, name, fallback] = /^\$\{(\w+):-(.*)\}$/.exec(text) ?? []
  if (name === undefined || fallback === undefined) throw new Error(`not overridable: ${text}`)
  return [name, fallback]
}

describe('.env.example', () => {
  const ofComposeOnly = {
    KAFKA_PORT: '9092',
    MONGODB_PORT: '27017',
    PROMETHEUS_PORT: '9090',
    GRAFANA_PORT: '3030',
  }
  const all: Defaults = { ...defaultsOfAll, ...ofComposeOnly }
  const text = read('.env.example')

  it('gives every setting that has a default with that default, and no other', () => {
    const given = without(providedAddresses, all)
    const withDefault = Object.entries(given).filter(([, fallback]) => fallback !== '')
    expect(parseEnv(text)).toEqual(Object.fromEntries(withDefault))
  })

  it('names every other setting on a line that is commented out', () => {
    const named = [...text.matchAll(/^#(\w+)=$/gm)].map(([, name]) => name)
    const unset = Object.keys(all).filter((name) => all[name] === '')
    expect(new Set(named)).toEqual(new Set([...unset, ...providedAddresses]))
  })
})

describe.each(services)('docker-compose.yml, %s', (name, definition, portSetting) => {
  const { environment = {}, image } = compose.services[name] ?? {}

  it('hands over every setting under its name, with its default, and no other', () => {
    const handedOver = Object.fromEntries(Object.values(environment).map(overridable))
    expect(new Set(Object.keys(environment))).toEqual(new Set(Object.keys(definition)))
    expect(without(providedAddresses, handedOver)).toEqual(
      without(providedAddresses, defaultsOf(definition, portSetting)),
    )
  })

  it('hands over each setting from the variable of the same name', () => {
    const variables = Object.entries(environment).map(([setting, value]) => [
      setting,
      overridable(value)[0],
    ])
    const sameNames = Object.keys(environment).map((setting) => [setting, setting])
    expect(Object.fromEntries(variables)).toEqual({
      ...Object.fromEntries(sameNames),
      PORT: portSetting,
    })
  })

  it('has an image of this version', () => {
    expect(image).toBe(`tideway/${name}:${version}`)
  })
})

describe('docker-compose.yml', () => {
  const ports = Object.values(compose.services).flatMap((service) => service.ports ?? [])

  it('publishes on 127.0.0.1 only', () => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  it.each(services)('publishes the port of %s', (_name, _definition, portSetting) => {
    const published = `\${${portSetting}:-${defaultsOfAll[portSetting]}}`
    expect(ports).toContain(`127.0.0.1:${published}:${published}`)
  })
})

describe('Dockerfile', () => {
  it.each(services)('lets %s listen on the port of its settings', (name, definition) => {
    const stage = dockerfile
      .split(/^FROM /m)
      .find((each) => each.startsWith(`runtime AS ${name}\n`))
    expect(stage).toMatch(`\nENV PORT=${definition.PORT.fallback}\n`)
    expect(stage).toMatch(`\nEXPOSE ${definition.PORT.fallback}\n`)
  })

  it('labels an image with this version', () => {
    expect(dockerfile).toMatch(`\nARG VERSION=${version}\n`)
  })
})

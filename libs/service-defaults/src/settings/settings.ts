import type { Reader } from './readers.js'

/** The settings of a service: the name of each environment variable and how it is read. */
export type SettingsDefinition = Readonly<Record<string, Reader<unknown>>>

/** The values of a definition, each with the type of its reader. */
export type Settings<Definition extends SettingsDefinition> = {
  readonly [Name in keyof Definition]: Definition[Name] extends Reader<infer Value> ? Value : never
}

/** The environment as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with one variable; `sentence` names it and never holds a secret's value. */
export interface SettingsFault {
  name: string
  sentence: string
}

/** All faults of the environment at once; its message has one line for each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  constructor(readonly faults: readonly SettingsFault[]) {
    super(faults.map((fault) => fault.sentence).join('\n'))
  }
}

/** One line of what `.env.example` must list. */
export interface SettingDescription {
  name: string
  /** As it is written in `.env`; undefined when there is none. */
  default: string | undefined
  allowed: string
  required: boolean
  secret: boolean
}

/**
 * Reads every setting of `definition` from `env`. An empty value counts as unset.
 *
 * @throws SettingsError with all faults, not only the first one
 */
export function parseSettings<const Definition extends SettingsDefinition>(
  definition: Definition,
  env: Environment,
): Settings<Definition> {
  const faults: SettingsFault[] = []
  const settings: Record<string, unknown> = {}
  for (const [name, reader] of Object.entries(definition)) {
    try {
      settings[name] = readSetting(name, reader, env)
    } catch (error) {
      if (!(error instanceof SettingFault)) throw error
      faults.push({ name, sentence: error.message })
    }
  }
  // What goes with what is seen once all is read.
  if (faults.length === 0) faults.push(...faultsBeside(definition, settings))
  if (faults.length > 0) throw new SettingsError(faults)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value is from its own reader
  return settings as Settings<Definition>
}

/**
 * What a service's `main.ts` calls first: `parseSettings`, but faults are printed to stderr and the
 * process ends with exit code 1.
 */
export function loadSettings<const Definition extends SettingsDefinition>(
  definition: Definition,
  env: Environment = process.env,
): Settings<Definition> {
  try {
    return parseSettings(definition, env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`The settings are wrong:\n${error.message}\n`)
    return process.exit(1)
  }
}

/** Names, defaults and meaning of all settings, for `.env.example`, ConfigMaps and their tests. */
export function describeSettings(definition: SettingsDefinition): SettingDescription[] {
  return Object.entries(definition).map(([name, reader]) => ({
    name,
    default: reader.fallback,
    allowed: reader.allowed,
    required: reader.fallback === undefined && !reader.isOptional,
    secret: reader.isSecret,
  }))
}

class SettingFault extends Error {}

function readSetting(name: string, reader: Reader<unknown>, env: Environment): unknown {
  const text = hasValue(env, name) ? env[name] : reader.fallback
  if (text === undefined || text === '') {
    const partner = reader.togetherWith.find((other) => hasValue(env, other))
    if (partner !== undefined) {
      throw new SettingFault(
        `${name} is missing: ${partner} needs it; allowed is ${reader.allowed}`,
      )
    }
    if (reader.isOptional) return undefined
    throw new SettingFault(`${name} is missing: allowed is ${reader.allowed}`)
  }
  try {
    return reader.read(text)
  } catch {
    const value = reader.isSecret ? 'has a value that is wrong (not shown)' : `is "${text}"`
    throw new SettingFault(`${name} ${value}: allowed is ${reader.allowed}`)
  }
}

function faultsBeside(
  definition: SettingsDefinition,
  settings: Readonly<Record<string, unknown>>,
): SettingsFault[] {
  return Object.entries(definition).flatMap(([name, reader]) => {
    const fault = reader.faultBeside?.(settings[name], settings as never)
    return fault === undefined
      ? []
      : [{ name, sentence: `${name} is "${String(settings[name])}": ${fault}` }]
  })
}

function hasValue(env: Environment, name: string): boolean {
  return env[name] !== undefined && env[name] !== ''
}

import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  flag,
  hostAndPort,
  integer,
  list,
  oneOf,
  optional,
  pattern,
  secret,
  text,
} from './readers.js'
import {
  databaseSettings,
  httpSettings,
  kafkaSettings,
  logSettings,
  sagaSettings,
  userApproveSettings,
} from './shared-settings.js'
import {
  describeSettings,
  parseSettings,
  SettingsError,
  type Environment,
  type SettingsDefinition,
} from './settings.js'

function sentencesOf(definition: SettingsDefinition, env: Environment): string[] {
  try {
    parseSettings(definition, env)
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('parseSettings', () => {
  it('gives every value the type of its reader', () => {
    const settings = parseSettings(
      { ...httpSettings, ...kafkaSettings, REJECT: pattern({ default: '^reject' }) },
      { KAFKA_BROKERS: 'a:1, b:2', KAFKA_SSL: 'true' },
    )
    expectTypeOf(settings.PORT).toEqualTypeOf<number>()
    expectTypeOf(settings.KAFKA_BROKERS).toEqualTypeOf<string[]>()
    expectTypeOf(settings.KAFKA_SASL_MECHANISM).toEqualTypeOf<
      'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined
    >()
    expect(settings).toMatchObject({ PORT: 3000, KAFKA_BROKERS: ['a:1', 'b:2'], KAFKA_SSL: true })
    expect(settings.REJECT.test('REJECTED')).toBe(true)
  })

  it('takes every default of the shared settings', () => {
    const all = {
      ...httpSettings,
      ...kafkaSettings,
      ...userApproveSettings,
      ...databaseSettings,
      ...sagaSettings,
      ...logSettings,
    }
    expect(parseSettings(all, {})).toEqual({
      LISTEN_HOST: undefined,
      PORT: 3000,
      KAFKA_BROKERS: ['localhost:9092'],
      KAFKA_SSL: false,
      KAFKA_SASL_MECHANISM: undefined,
      KAFKA_SASL_USERNAME: undefined,
      KAFKA_SASL_PASSWORD: undefined,
      TOPIC_PARTITIONS: 12,
      USER_APPROVE_PARTITIONS: 12,
      TOPIC_REPLICATION_FACTOR: 1,
      MONGODB_URI: 'mongodb://localhost:27017',
      SAGA_DEADLINE_MS: 86_400_000,
      LOG_LEVEL: 'info',
    })
  })

  it('counts an empty value as unset', () => {
    const definition = { NAME: text({ default: 'tideway' }), OTHER: optional(text()) }
    expect(parseSettings(definition, { NAME: '', OTHER: '' })).toEqual({
      NAME: 'tideway',
      OTHER: undefined,
    })
  })

  it('reports all faults at once, a line each, with the name, the value and what is allowed', () => {
    const definition = { ...httpSettings, ...logSettings, NAME: text() }
    expect(sentencesOf(definition, { PORT: '80x', LOG_LEVEL: 'loud' })).toEqual([
      'PORT is "80x": allowed is a whole number from 0 to 65535',
      'LOG_LEVEL is "loud": allowed is one of fatal, error, warn, info, debug',
      'NAME is missing: allowed is a text',
    ])
  })

  it('never shows the value of a secret', () => {
    const [sentence] = sentencesOf(databaseSettings, { MONGODB_URI: 'http://u:geheim@db' })
    expect(sentence).toContain('MONGODB_URI has a value that is wrong (not shown)')
    expect(sentence).toContain('mongodb+srv://')
    expect(sentence).not.toContain('geheim')
  })

  it.each([
    ['integer', integer({ min: 1, max: 10 }), ['1', '10'], ['0', '11', '1.5', '1e1', '0x1', 'ten']],
    ['flag', flag(), ['true', 'FALSE'], ['yes', '1']],
    ['oneOf', oneOf(['a', 'b']), ['a', ' b '], ['A', 'c']],
    ['list', list(text()), ['a', 'a, b'], [',', 'a,,b']],
    ['pattern', pattern(), ['^a$'], ['(', '[']],
    [
      'hostAndPort',
      hostAndPort(),
      ['localhost:9092', 'b-1.kafka.example:443', '[::1]:9092'],
      ['localhost', 'localhost:', 'localhost:0', 'localhost:65536', ':9092', 'http://a:1', 'a b:1'],
    ],
  ])('%s takes what is allowed and refuses the rest', (_name, reader, good, bad) => {
    for (const value of good) expect(sentencesOf({ X: reader }, { X: value })).toEqual([])
    for (const value of bad) expect(sentencesOf({ X: reader }, { X: value })).toHaveLength(1)
  })

  it('checks each broker of the list', () => {
    expect(sentencesOf(kafkaSettings, { KAFKA_BROKERS: 'a:9092,b' })).toEqual([
      'KAFKA_BROKERS is "a:9092,b": allowed is a comma-separated list, each host:port',
    ])
  })

  it.each([
    ['KAFKA_SASL_MECHANISM', 'plain', ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']],
    ['KAFKA_SASL_USERNAME', 'alice', ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
    ['KAFKA_SASL_PASSWORD', 'x', ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME']],
  ])('%s alone is a fault for each setting that belongs to it', (name, value, missing) => {
    const sentences = sentencesOf(kafkaSettings, { [name]: value })
    expect(sentences).toHaveLength(2)
    missing.forEach((other, index) => {
      expect(sentences[index]).toContain(`${other} is missing: ${name} needs it`)
    })
  })

  it('takes the SASL settings together', () => {
    const env = {
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'alice',
      KAFKA_SASL_PASSWORD: 'x',
    }
    expect(parseSettings(kafkaSettings, env)).toMatchObject(env)
  })
})

describe('describeSettings', () => {
  it('lists names and defaults as they are written in .env', () => {
    const definition = { ...logSettings, ...sagaSettings, KEY: secret(text()) }
    expect(describeSettings(definition)).toMatchObject([
      { name: 'LOG_LEVEL', default: 'info', required: false, secret: false },
      { name: 'SAGA_DEADLINE_MS', default: '86400000', required: false },
      { name: 'KEY', default: undefined, required: true, secret: true },
    ])
  })

  it('holds only defaults that their own readers take', () => {
    const all = { ...httpSettings, ...kafkaSettings, ...databaseSettings, ...sagaSettings }
    const env = Object.fromEntries(describeSettings(all).map((each) => [each.name, each.default]))
    expect(parseSettings(all, env)).toEqual(parseSettings(all, {}))
  })
})

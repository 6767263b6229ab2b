import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { root } from '../../tools/workspace/paths.mjs'

const script = join(root, 'monitoring', 'kafka-exporter', 'start.sh')

/** In the exporter's place: prints its flags, one a line, and then the password that it finds. */
const standIn = 'printf "%s\\n" "$@"; printf "%s" "${SASL_USER_PASSWORD-}"'

function printedBy(settings: Record<string, string>): { flags: string[]; password: string } {
  const directory = mkdtempSync(join(tmpdir(), 'kafka-exporter-'))
  try {
    const exporter = join(directory, 'kafka_exporter')
    writeFileSync(exporter, `#!/bin/sh\n${standIn}\n`, { mode: 0o755 })
    const output = execFileSync('/bin/sh', [script], {
      encoding: 'utf8',
      env: { ...settings, KAFKA_EXPORTER: exporter },
    })
    const lines = output.split('\n')
    return { flags: lines.slice(0, -1), password: lines.at(-1)! }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe("kafka-exporter's start", () => {
  const flags = (settings: Record<string, string>) => printedBy(settings).flags

  it('names every broker', () => {
    const of = (list: string) =>
      flags({ KAFKA_BROKERS: list }).filter((flag) => flag.startsWith('--kafka.server='))
    expect(of('kafka:9092')).toEqual(['--kafka.server=kafka:9092'])
    expect(of('a:9092,b:9093')).toEqual(['--kafka.server=a:9092', '--kafka.server=b:9093'])
  })

  it('speaks TLS when the services do, and only then', () => {
    expect(flags({ KAFKA_BROKERS: 'a:1', KAFKA_SSL: 'true' })).toContain('--tls.enabled')
    expect(flags({ KAFKA_BROKERS: 'a:1', KAFKA_SSL: 'false' })).not.toContain('--tls.enabled')
    expect(flags({ KAFKA_BROKERS: 'a:1' })).not.toContain('--tls.enabled')
  })

  it.each([
    ['plain', 'plain'],
    ['scram-sha-256', 'scram-sha256'],
    ['scram-sha-512', 'scram-sha512'],
  ])('logs in with %s, by the name that it has for it', (mechanism, name) => {
    const { flags: given, password } = printedBy({
      KAFKA_BROKERS: 'a:1',
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: 'watcher',
      KAFKA_SASL_PASSWORD: 'a secret, of course',
    })
    expect(given).toEqual(
      expect.arrayContaining([
        '--sasl.enabled',
        `--sasl.mechanism=${name}`,
        '--sasl.username=watcher',
      ]),
    )
    expect(password).toBe('a secret, of course')
    expect(given.join()).not.toContain('secret')
  })

  it('logs in nowhere when the services do not', () => {
    const { flags: given, password } = printedBy({ KAFKA_BROKERS: 'a:1', KAFKA_SASL_MECHANISM: '' })
    expect(given.join()).not.toContain('sasl')
    expect(password).toBe('')
  })
})

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const inTest = (file: string) => fileURLToPath(new URL(`../../test/${file}`, import.meta.url))

/** What a service of its own process has loaded of OpenTelemetry. */
async function loadedWith(env: Record<string, string>): Promise<unknown> {
  const program = ['--import', inTest('typescript-loader.mjs'), inTest('loaded-modules.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, program, { env })
  return JSON.parse(stdout)
}

/** Interfaces and nothing behind them: prom-client loads these. */
const INTERFACES = 'api'

describe('OpenTelemetry', () => {
  it('is loaded when there is somewhere to send spans to', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
    expect(await loadedWith(env)).toMatchObject({
      makesSpans: true,
      loaded: expect.arrayContaining(['sdk-trace-base', 'exporter-trace-otlp-proto', 'resources']),
    })
  })

  it.each([{}, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }])('is not loaded with %j', async (env) => {
    expect(await loadedWith(env)).toEqual({ makesSpans: false, loaded: [INTERFACES] })
  })
})

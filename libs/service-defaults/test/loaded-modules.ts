import { createRequire } from 'node:module'
import { NestFactory } from '@nestjs/core'
import { loadSettings, ServiceDefaultsModule, Tracing, tracingSettings } from '../src/index.js'

// Prints which packages of OpenTelemetry are loaded once a service is there, and whether it makes spans.
const settings = loadSettings(tracingSettings)
const app = await NestFactory.createApplicationContext(
  ServiceDefaultsModule.forRoot({ service: 'fixture', settings }),
  { logger: false },
)
const loaded = Object.keys(createRequire(import.meta.url).cache).flatMap(
  (file) => /@opentelemetry[\\/]([\w-]+)/.exec(file)?.[1] ?? [],
)
const makesSpans = app.get(Tracing).tracer !== undefined
process.stdout.write(JSON.stringify({ makesSpans, loaded: [...new Set(loaded)] }))
await app.close()

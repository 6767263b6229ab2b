import { Counter, register } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { startTestApp } from '../test/create-test-app.js'
import { MetricsModule } from './metrics.module.js'

describe('/metrics', () => {
  it("shows Node's own metrics and the service's in Prometheus' format", async () => {
    const app = await startTestApp({ imports: [MetricsModule] })
    new Counter({ name: 'tideway_sample_total', help: 'A sample.' }).inc(2)
    const answer = await app.inject('/metrics')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe(register.contentType)
    expect(answer.body).toContain('nodejs_eventloop_lag_seconds')
    expect(answer.body).toContain('process_cpu_seconds_total')
    expect(answer.body).toContain('tideway_sample_total 2')
  })
})

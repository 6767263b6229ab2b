import { describe, expect, it } from 'vitest'
import { startTestApp } from '../../test/create-test-app.js'
import { Health, type DependencyState } from './health.js'
import { HealthModule } from './health.module.js'

async function start() {
  const app = await startTestApp({ imports: [HealthModule] })
  const health = app.get(Health)
  const ask = async (url: string) => {
    const answer = await app.inject(url)
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<unknown>() }
  }
  return { health, ask }
}

const up = (): DependencyState => ({ status: 'up' })
const refused = () =>
  Promise.reject(Object.assign(new Error('mongodb://u:geheim@db'), { code: 'ECONNREFUSED' }))
const down = (): DependencyState => ({ status: 'down', detail: 'connection refused' })

describe('/readyz', () => {
  it('is ok while every required dependency is up', async () => {
    const { health, ask } = await start()
    health.addDependency('mongodb', up, { requiredForReadiness: true })
    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { status: 'ok', dependencies: { mongodb: { status: 'up' } } },
    })
  })

  it('is unavailable while a required dependency is down', async () => {
    const { health, ask } = await start()
    health.addDependency('mongodb', down, { requiredForReadiness: true })
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      headers: { 'cache-control': 'no-store' },
      body: {
        status: 'unavailable',
        dependencies: { mongodb: { status: 'down', detail: 'connection refused' } },
      },
    })
  })

  it('only shows a dependency that is not required', async () => {
    const { health, ask } = await start()
    health.addDependency('kafka', down, { requiredForReadiness: false })
    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', dependencies: { kafka: { status: 'down' } } },
    })
  })

  it('takes a check that throws for down and shows its code, not its message', async () => {
    const { health, ask } = await start()
    health.addDependency('mongodb', refused, { requiredForReadiness: true })
    expect((await ask('/readyz')).body).toEqual({
      status: 'unavailable',
      dependencies: { mongodb: { status: 'down', detail: 'ECONNREFUSED' } },
    })
  })

  it('takes a check that hangs for down, and does not start it again meanwhile', async () => {
    const { health, ask } = await start()
    let begun = 0
    const check = () => {
      begun += 1
      return new Promise<DependencyState>(() => {})
    }
    health.addDependency('mongodb', check, { requiredForReadiness: true })
    const answers = await Promise.all([ask('/readyz'), ask('/readyz')])
    expect(answers.map(({ status }) => status)).toEqual([503, 503])
    expect(answers[0].body).toMatchObject({ dependencies: { mongodb: { status: 'down' } } })
    expect(begun).toBe(1)
  })

  it('is draining for good once draining has started', async () => {
    const { health, ask } = await start()
    health.addDependency('mongodb', up, { requiredForReadiness: true })
    health.startDraining()
    expect(health.draining.aborted).toBe(true)
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: { status: 'draining' } })
  })
})

describe('/livez', () => {
  it('is ok whatever the dependencies and the draining say', async () => {
    const { health, ask } = await start()
    health.addDependency('mongodb', down, { requiredForReadiness: true })
    health.startDraining()
    expect(await ask('/livez')).toMatchObject({ status: 200, body: { status: 'ok', checks: {} } })
  })

  it('is unavailable while a liveness check is down', async () => {
    const { health, ask } = await start()
    health.addLiveness('consumer', down)
    expect(await ask('/livez')).toMatchObject({
      status: 503,
      headers: { 'cache-control': 'no-store' },
      body: { status: 'unavailable', checks: { consumer: { status: 'down' } } },
    })
  })
})

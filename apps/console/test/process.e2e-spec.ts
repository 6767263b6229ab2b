import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { expect, it, onTestFinished } from 'vitest'

import { eventually } from '#testing'

import { type FromLauncher, type Live } from '../src/console.api.js'
import { forEachService } from '../src/fleet/services.js'

const main = fileURLToPath(new URL('../../../dist/apps/console/src/main.js', import.meta.url))

/** The console as built, a child of this process, on any port and with neither broker nor services. */
async function launch() {
  const child = fork(main, {
    // None of the test runner's.
    execArgv: [],
    env: { PORT: '0', KAFKA_BROKERS: '127.0.0.1:9', OPERATION_SERVICE_URL: 'http://127.0.0.1:9' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { promise, resolve } = Promise.withResolvers<string>()
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as { message: string; url?: string }
    if (line.message === 'listening') resolve(line.url!)
  })
  const live = async () => (await (await fetch(`${await promise}/api/live.json`)).json()) as Live
  return { child, live, url: await promise }
}

it('is reached at 127.0.0.1 only', async () => {
  const { url } = await launch()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const others = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) {
    // What is free there can be listened on.
    const server = createServer().listen(Number(new URL(url).port), address)
    await once(server, 'listening')
    server.close()
  }
})

it('hears its launcher from the first word, and asks it', async () => {
  const { child, live, url } = await launch()
  const told: FromLauncher = {
    tell: 'replicas',
    services: forEachService(() => ({ wanted: 2, paused: false, processes: [] })),
  }
  child.send({ tell: 'something else' })
  child.send(told)
  await eventually(async () => {
    expect((await live()).controls).toMatchObject({
      managesReplicas: true,
      replicas: { 'user-service': 2 },
    })
  })
  const asked = once(child, 'message')
  void fetch(`${url}/api/replicas`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"service":"user-service","count":3}',
  }).catch(() => undefined)
  expect((await asked)[0]).toEqual({ ask: 'replicas', service: 'user-service', count: 3 })
  child.disconnect()
  await eventually(async () => {
    expect((await live()).controls.managesReplicas).toBe(false)
  })
})

it('knows nothing, and says so, where there is nothing', async () => {
  const { live } = await launch()
  const sample = await eventually(async () => {
    const latest = (await live()).samples.at(-1)
    if (!latest) throw new Error('There is no sample yet.')
    return latest
  })
  expect(sample).toMatchObject({
    eventsPerSecond: null,
    usersPerSecond: null,
    lag: null,
    latency: null,
    books: null,
    deadLetters: null,
    nodes: 0,
  })
})

it('stops with exit code 0 while somebody looks, who is not cut off', async () => {
  const { child, url } = await launch()
  const answer = await fetch(`${url}/api/live`)
  const text = answer.text()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(await text).toContain('event: start')
})

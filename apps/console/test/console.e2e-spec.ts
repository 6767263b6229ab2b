import { Controller, Module } from '@nestjs/common'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type TopicName, topics } from '#contracts'
import { createKafkaClient, KafkaModule, OnTopic, TopicAdmin } from '#kafka'
import {
  kafkaSettings,
  parseSettings,
  sagaSettings,
  ServiceDefaultsModule,
  tracingSettings,
  userApproveSettings,
} from '#service-defaults'
import { eventually, recorded, startTestBroker, startTestService } from '#testing'

import { FakeLauncher, sampled, startConsole, type TestConsole } from './console.js'
import { startStandIn } from './stand-in.js'

const broker = await startTestBroker()
const settings = {
  ...parseSettings(
    { ...kafkaSettings, ...userApproveSettings, ...sagaSettings, ...tracingSettings },
    {
      KAFKA_BROKERS: broker.address,
      TOPIC_PARTITIONS: '2',
      USER_APPROVE_PARTITIONS: '3',
    },
  ),
  PORT: 0,
}
const kafka = createKafkaClient('test', settings)
await new TopicAdmin(kafka, topics, settings).ensureTopics()
const operationService = await startStandIn()
const launcher = new FakeLauncher(operationService.url)
const env = { KAFKA_BROKERS: broker.address, SCALER_SYNC_SECONDS: '1' }
const managed = await startConsole(
  { ...env, USER_APPROVE_PARTITIONS: '3', OPERATION_SERVICE_URL: 'http://127.0.0.1:9' },
  launcher,
)
const alone = await startConsole({ ...env, OPERATION_SERVICE_URL: operationService.url })
launcher.tell()

/** As its page does. */
const createAlice = ({ url }: TestConsole) =>
  fetch(`${url}/api/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"alice"}',
  })

/** user-approval-service, of which only its place in its group and its transport are there. */
function startApprovals() {
  @Controller()
  class ApprovalMessages {
    @OnTopic('user-approve')
    async approve() {}
  }
  @Module({})
  class ApprovalsModule {}
  const imports = [
    ServiceDefaultsModule.forRoot({ service: 'user-approval-service', settings }),
    KafkaModule.forRoot({
      service: 'user-approval-service',
      settings,
      requiredForReadiness: true,
    }),
  ]
  return startTestService(
    { module: ApprovalsModule, imports, controllers: [ApprovalMessages] },
    { atEnd: onTestFinished },
  )
}

async function publish(topic: TopicName, count: number) {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const message = recorded(topic)
  const record = { key: message.operationId, value: JSON.stringify(message) }
  await producer.send({ topic, messages: Array.from({ length: count }, () => record) })
  await producer.disconnect()
}

describe('what is observed', () => {
  it('is there for an empty system, too', async () => {
    const sample = await sampled(managed, ({ lag, books, deadLetters }) => {
      expect(lag).not.toBeNull()
      expect(books).not.toBeNull()
      expect(deadLetters).toBe(0)
    })
    expect(sample.lag).toEqual({
      'user-create': 0,
      'user-approve': 0,
      'user-approve-response': 0,
      'user-create-response': 0,
    })
    expect(sample.latency).toBeNull()
    expect(sample.nodes).toBe(1)
    expect(sample.replicas['user-service']).toEqual({ wanted: 1, ready: 1 })
  })

  it('counts each record once, and all of them as lag until they are committed', async () => {
    const before = (await managed.live()).samples.length
    await publish('user-approve', 50)
    await sampled(managed, ({ lag }) => expect(lag?.['user-approve']).toBe(50))
    const { samples } = await managed.live()
    const events = samples.slice(before).map(({ eventsPerSecond }) => eventsPerSecond ?? 0)
    const came = events.reduce((sum, each) => sum + each, 0)
    // A rate is less where a busy machine makes seconds longer; counted twice, it would be a hundred.
    expect(came).toBeGreaterThan(0)
    expect(came).toBeLessThan(75)
  })

  it('tells replicas by the members of the groups where no launcher does', async () => {
    await startApprovals()
    const sample = await sampled(
      alone,
      ({ lag, replicas }) => {
        expect(lag?.['user-approve']).toBe(0)
        expect(replicas['user-approval-service']).toEqual({ wanted: 1, ready: 1 })
      },
      30_000,
    )
    expect(sample.replicas['user-service']).toEqual({ wanted: 0, ready: 0 })
    const { controls } = await alone.live()
    expect(controls.managesReplicas).toBe(false)
    expect(controls.replicas['user-approval-service']).toBe(1)
  })

  it('tells how long those took that ended in a second', async () => {
    for (let count = 0; count < 100; count += 1) operationService.finish(0.2)
    const { latency } = await eventually(async () => {
      const found = (await managed.live()).samples.find((sample) => sample.latency !== null)
      if (!found) throw new Error('There is no latency yet.')
      return found
    })
    // In the bucket from 0.1 to 0.25.
    expect(latency?.p50).toBeCloseTo(0.175, 5)
    expect(latency?.p99).toBeCloseTo(0.2485, 5)
    await sampled(managed, (sample) => expect(sample.latency).toBeNull())
  })

  it('goes on while something does not answer', async () => {
    operationService.isMute = true
    onTestFinished(() => void (operationService.isMute = false))
    await sampled(managed, ({ books, usersPerSecond, lag }) => {
      expect([books, usersPerSecond]).toEqual([null, null])
      expect(lag).not.toBeNull()
    })
    const before = (await managed.live()).samples.length
    await eventually(async () => {
      expect((await managed.live()).samples.length).toBeGreaterThan(before + 2)
    })
    operationService.isMute = false
    await sampled(managed, ({ books }) => expect(books).not.toBeNull())
  })
})

describe('the controls', () => {
  it('create a user as operation-service does, and pass on what it answers', async () => {
    const post = (body: unknown) =>
      fetch(`${managed.url}/api/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const accepted = await post({ name: 'alice' })
    expect(accepted.status).toBe(202)
    expect(accepted.headers.get('location')).toBe(`${operationService.url}/operations/1`)
    expect(accepted.headers.get('content-type')).toBe('application/json')
    expect(await accepted.json()).toEqual({ id: '1', state: 'pending' })
    expect(operationService.users.at(-1)?.body).toBe('{"name":"alice"}')
    const refused = await post({})
    expect(refused.status).toBe(400)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await refused.json()).toEqual({ status: 400, detail: 'no name' })
  })

  it('have so many users created a second, each with a key of its own, until they do not', async () => {
    const before = operationService.users.length
    expect((await managed.put('/api/load', { usersPerSecond: 50 })).body.load).toEqual({
      usersPerSecond: 50,
    })
    await sampled(managed, ({ usersPerSecond }) => {
      expect(usersPerSecond).toBeGreaterThan(35)
      expect(usersPerSecond).toBeLessThan(65)
    })
    await managed.put('/api/load', { usersPerSecond: 0 })
    await sampled(managed, ({ usersPerSecond }) => expect(usersPerSecond).toBe(0))
    const users = operationService.users.slice(before)
    expect(new Set(users.map(({ key }) => key)).size).toBe(users.length)
    expect(users[0]?.body).toMatch(/^\{"name":"console load \d+"\}$/)
  })

  it('have the launcher run so many replicas, and pause', async () => {
    const replicas = { service: 'user-service', count: 2 }
    const { body } = await managed.put('/api/replicas', replicas)
    expect(body.replicas['user-service']).toBe(2)
    expect(launcher.asked.at(-1)).toEqual({ ask: 'replicas', ...replicas })
    expect((await managed.put('/api/approval', { paused: true })).body.approval.paused).toBe(true)
    expect((await managed.put('/api/approval', { paused: false })).body.approval.paused).toBe(false)
  })

  it('have the replicas follow the lag, and say why', async () => {
    await publish('user-approve', 60)
    await sampled(managed, ({ lag }) => expect(lag?.['user-approve']).toBe(60))
    const { body } = await managed.put('/api/scaler', { enabled: true })
    expect(body.scaler.enabled).toBe(true)
    await eventually(async () => {
      expect((await managed.live()).controls.replicas['user-approval-service']).toBe(3)
    })
    await managed.put('/api/scaler', { enabled: false })
    const { decisions, scaler, controls } = await managed.live()
    expect(decisions[0]).toMatchObject({ lag: 60, current: 1, replicas: 3 })
    expect(decisions[0]?.explanation).toContain('60 / 20 asks for 3')
    expect(scaler).toEqual({ target: 20, minReplicas: 1, maxReplicas: 3, syncPeriod: 1 })
    expect(controls.replicas['user-approval-service']).toBe(3)
  })

  it('publish what nobody can handle: it ends among the dead letters, and the rest goes on', async () => {
    await startApprovals()
    const answer = await fetch(`${managed.url}/api/poison`, { method: 'POST' })
    expect(answer.status).toBe(200)
    await publish('user-approve', 5)
    await sampled(
      managed,
      ({ deadLetters, lag }) => {
        expect(deadLetters).toBe(1)
        expect(lag?.['user-approve']).toBe(0)
      },
      30_000,
    )
    const consumer = kafka.consumer({ groupId: 'test-dead-letters' })
    onTestFinished(() => consumer.disconnect())
    await consumer.subscribe({ topic: 'user-approve.dlq', fromBeginning: true })
    const { promise, resolve } = Promise.withResolvers<Record<string, string>>()
    await consumer.run({
      eachMessage: async ({ message }) =>
        resolve(
          Object.fromEntries(
            Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
          ),
        ),
    })
    expect(await promise).toMatchObject({ tracestate: 'tideway=console' })
  })

  it.each([
    ['/api/load', { usersPerSecond: 501 }, '/usersPerSecond', 'must be 500 or less'],
    ['/api/load', { usersPerSecond: -1 }, '/usersPerSecond', 'must be 0 or more'],
    ['/api/load', { usersPerSecond: '5' }, '/usersPerSecond', 'must be a number'],
    ['/api/load', { usersPerSecond: 5, more: 1 }, '/more', 'is not a known field'],
    ['/api/replicas', { service: 'user-service', count: 4 }, '/count', 'must be 3 or less'],
    ['/api/replicas', { service: 'user-service', count: 0.5 }, '/count', 'must be a whole number'],
    ['/api/replicas', { service: 'kafka', count: 1 }, '/service', 'must be one of'],
    ['/api/scaler', { enabled: 1 }, '/enabled', 'must be true or false'],
    ['/api/approval', {}, '/paused', 'must be true or false'],
  ])('refuse %s with %j', async (path, body, pointer, detail) => {
    const answer = await managed.put(path, body)
    expect(answer.status).toBe(400)
    const { errors } = answer.body as unknown as { errors: { pointer: string; detail: string }[] }
    const found = errors.filter((error) => error.pointer === pointer)
    expect(found.map((error) => error.detail).join()).toContain(detail)
  })

  it.each([
    ['/api/replicas', { service: 'user-service', count: 1 }],
    ['/api/scaler', { enabled: true }],
    ['/api/approval', { paused: true }],
  ])('say that there is no launcher: %s', async (path, body) => {
    const answer = await alone.put(path, body)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('npm start') })
  })

  it('are refused where operation-service wants an API key, and not where the console has one', async () => {
    const strict = await startStandIn()
    strict.apiKey = 'a-key'
    const asked = { ...env, OPERATION_SERVICE_URL: strict.url }
    const consoles = await Promise.all([
      startConsole(asked),
      startConsole({ ...asked, OPERATION_SERVICE_API_KEY: 'a-key' }),
    ])
    const [without, with_] = await Promise.all(consoles.map(createAlice))
    expect(without!.status).toBe(401)
    expect(with_!.status).toBe(202)
    expect(strict.users).toHaveLength(1)
    await sampled(consoles[1], ({ books }) => expect(books).toMatchObject({ accepted: 1 }))
    await sampled(consoles[0], ({ books }) => expect(books).toBeNull())
    await Promise.all(consoles.map((each) => each.close()))
  })

  it('say that operation-service does not answer', async () => {
    const astray = await startConsole({ ...env, OPERATION_SERVICE_URL: 'http://127.0.0.1:9' })
    const answer = await createAlice(astray)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('2')
    await astray.close()
  })

  it.each([
    ['POST', '/api/users', { name: 'mallory' }],
    ['PUT', '/api/load', { usersPerSecond: 1 }],
    ['PUT', '/api/replicas', { service: 'user-service', count: 0 }],
    ['PUT', '/api/scaler', { enabled: true }],
    ['PUT', '/api/approval', { paused: true }],
    ['POST', '/api/poison', undefined],
  ])('do nothing for a page of another origin: %s %s', async (method, path, body) => {
    const { controls: before } = await managed.live()
    const [users, asked] = [operationService.users.length, launcher.asked.length]
    const answer = await fetch(`${managed.url}${path}`, {
      method,
      headers: {
        origin: 'http://evil.example',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect((await managed.live()).controls).toEqual(before)
    expect([operationService.users.length, launcher.asked.length]).toEqual([users, asked])
  })
})

describe('the event stream', () => {
  /** What a page is told, as it comes. */
  async function follow(seen: TestConsole) {
    const stopping = new AbortController()
    onTestFinished(() => stopping.abort())
    const answer = await fetch(`${seen.url}/api/live`, { signal: stopping.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const told: { event: string; data: unknown }[] = []
    const ended = (async () => {
      let text = ''
      for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += part
        const events = text.split('\n\n')
        text = events.pop()!
        for (const one of events) {
          const [, event, data] = /^id: \d+\nevent: (\w+)\ndata: (.+)$/.exec(one) ?? []
          if (event !== undefined) told.push({ event, data: JSON.parse(data!) })
        }
      }
    })()
    ended.catch(() => undefined)
    return { told, ended }
  }

  it('begins with how things stand, and tells everybody the same from then on', async () => {
    const [one, other] = await Promise.all([follow(managed), follow(managed)])
    await managed.put('/api/load', { usersPerSecond: 0.5 })
    await managed.put('/api/load', { usersPerSecond: 0 })
    await eventually(() => {
      for (const { told } of [one, other]) {
        expect(told[0]?.event).toBe('start')
        expect(told.filter(({ event }) => event === 'sample').length).toBeGreaterThan(1)
        expect(told.filter(({ event }) => event === 'controls').length).toBe(2)
      }
    })
    const after = ({ told }: typeof one) => told.filter(({ event }) => event !== 'start')
    expect(after(one).at(0)).toEqual(after(other).at(0))
  })

  it('ends when the console does', async () => {
    const closing = await startConsole({ ...env, OPERATION_SERVICE_URL: operationService.url })
    const { told, ended } = await follow(closing)
    await eventually(() => expect(told.length).toBeGreaterThan(0))
    await closing.close()
    // It would fail if it had been cut off.
    await ended
  })
})

describe('the page', () => {
  it('is served with a policy that allows scripts of files only, and is asked about each time', async () => {
    const answer = await fetch(managed.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(await answer.text()).toContain('<!doctype html>')
    const etag = answer.headers.get('etag')!
    const again = await request(managed.url, { headers: { 'if-none-match': etag } })
    expect(again.statusCode).toBe(304)
  })

  it('finds the library of its charts', async () => {
    const answer = await fetch(`${managed.url}/vendor/echarts.esm.min.js`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/javascript/)
    await answer.body?.cancel()
  })

  it.each([
    ['GET', '/nothing', 404],
    ['GET', '/vendor/package.json.bak', 404],
    ['GET', '/..%2f..%2fpackage.json', 404],
    ['POST', '/', 405],
    ['GET', '/api/load', 405],
  ])('is nothing else: %s %s', async (method, path, status) => {
    const answer = await fetch(`${managed.url}${path}`, { method })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })
})

it('goes on while the broker is away, and knows of it again when it is back', async () => {
  await broker.stop()
  await sampled(managed, ({ lag, eventsPerSecond, deadLetters, books }) => {
    expect([lag, eventsPerSecond, deadLetters]).toEqual([null, null, null])
    expect(books).not.toBeNull()
  })
  await broker.start()
  await sampled(managed, ({ lag }) => expect(lag).not.toBeNull(), 30_000)
}, 90_000)

it('is alone when its launcher is gone', async () => {
  launcher.leave()
  expect((await managed.live()).controls.managesReplicas).toBe(false)
})

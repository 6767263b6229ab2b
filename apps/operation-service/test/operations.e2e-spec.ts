import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { newOperationId, OPERATION_ID_PATTERN, topics } from '#contracts'
import {
  creationEnded,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
} from '#testing'

import { OutcomeWatch } from '../src/waiting/outcome-watch.service.js'
import { type Operation, openStore, startOperationService } from './operation-service.js'

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const service = await startOperationService({
  KAFKA_BROKERS: broker.address,
  MONGODB_URI: database.uri,
})
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])
const http = request(service.url)

async function accept(user: object = { name: 'alice' }): Promise<Operation> {
  const answer = await http.post('/users').send(user).expect(202)
  return answer.body as Operation
}

const find = async (id: string) =>
  (await http.get(`/operations/${id}`).expect(200)).body as Record<string, unknown>

async function finished(id: string): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const operation = await find(id)
    expect(operation['state']).not.toBe('pending')
    return operation
  })
}

/** The steps of an operation that ended as `creationEnded` says. */
const stepsOf = ({ createdAt, finishedAt }: Record<string, unknown>) => ({
  acceptedAt: createdAt,
  decidedAt: expect.any(String),
  finishedAt,
})

/** The value of a metric; 0 while it has none. */
async function metric(name: string): Promise<number> {
  const { text } = await http.get('/metrics').expect(200)
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

describe('POST /users', () => {
  it('answers 202 with the operation and where to look at it', async () => {
    const answer = await http
      .post('/users')
      .send({ name: ' alice\t', email: 'alice@example.org' })
      .expect(202)
      .expect('content-type', /^application\/json/)
    expect(answer.body).toEqual({
      id: expect.stringMatching(OPERATION_ID_PATTERN),
      type: 'user-create',
      state: 'pending',
      data: { name: 'alice', email: 'alice@example.org' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      steps: { acceptedAt: (answer.body as Operation).createdAt },
    })
    const { id } = answer.body as Operation
    expect(answer.headers).toMatchObject({
      location: `/operations/${id}`,
      'retry-after': expect.stringMatching(/^\d+$/),
    })
    expect(await find(id)).toEqual(answer.body)
  })

  it('has stored the operation, with a majority, when it answers', async () => {
    const { id, createdAt } = await accept({ name: 'bob', email: 'bob@example.org' })
    const stored = await store.operations.findOne({ _id: id }, { readConcern: 'majority' })
    expect(stored).toEqual({
      _id: id,
      name: 'bob',
      email: 'bob@example.org',
      createdAt: new Date(createdAt),
      acceptedBy: expect.any(String),
    })
  })

  it('publishes user-create with the key, headers and value of its contract', async () => {
    const { id, createdAt } = await accept({ name: 'carol' })
    const [message] = await eventually(() => {
      const published = messages.published('user-create', id)
      expect(published).toHaveLength(1)
      return published
    })
    expect(message).toMatchObject({
      key: id,
      headers: { 'message-id': `${id}:user-create`, 'schema-version': '1' },
    })
    expect(message!.value).toEqual({ operationId: id, name: 'carol', createdAt })
    expect(topics['user-create'].accepts(message!.value)).toBe(true)
  })

  it('accepts many at once, each once, with ids that grow with time', async () => {
    const before = await accept()
    const accepted = await Promise.all(
      Array.from({ length: 200 }, (_, index) => accept({ name: `user ${index}` })),
    )
    const after = await accept()
    const ids = accepted.map(({ id }) => id)
    expect(new Set(ids).size).toBe(200)
    for (const id of ids) expect(before.id < id && id < after.id).toBe(true)
    await eventually(() => {
      const published = ids.map((id) => messages.published('user-create', id).length)
      expect(published).toEqual(ids.map(() => 1))
    })
  })
})

describe('POST /users refuses', () => {
  const atName = '/name'
  const long = (length: number) => `${'a'.repeat(length - 12)}@example.org`

  it.each<[string, string, unknown]>([
    ['no name', atName, {}],
    ['an empty name', atName, { name: '' }],
    ['a blank name', atName, { name: ' \t\u00A0\n' }],
    ['a name of 101 characters', atName, { name: '😀'.repeat(101) }],
    ['a name that is a number', atName, { name: 7 }],
    ['a name that is a list', atName, { name: ['alice'] }],
    ['a name that is an object', atName, { name: { length: 5 } }],
    ['a name that is null', atName, { name: null }],
    ['a name that is half a character', atName, { name: '\uD83D' }],
    ['an unknown field', '/age', { name: 'alice', age: 7 }],
    ['an address that is none', '/email', { name: 'alice', email: 'alice' }],
    ['an empty address', '/email', { name: 'alice', email: '' }],
    ['an address that is null', '/email', { name: 'alice', email: null }],
    ['an address that is a number', '/email', { name: 'alice', email: 7 }],
    ['an address of 255 characters', '/email', { name: 'alice', email: long(255) }],
    ['a list', '', [{ name: 'alice' }]],
    ['null', '', null],
    ['a text', '', 'alice'],
    ['a number', '', 7],
  ])('%s with 400, and points to "%s"', async (_, pointer, body) => {
    const before = await store.operations.countDocuments()
    const answer = await http
      .post('/users')
      .set('content-type', 'application/json')
      .send(JSON.stringify(body))
      .expect(400)
      .expect('content-type', 'application/problem+json')
    const { errors } = answer.body as { errors: { pointer: string; detail: string }[] }
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]))
    expect(await store.operations.countDocuments()).toBe(before)
  })

  it.each<[string, string, string]>([
    ['broken JSON', '', '{"name":"alice"'],
    ['an empty body', '', ''],
    ['a field named __proto__', '/__proto__', '{"name":"alice","__proto__":{"email":"a@b.org"}}'],
    ['a field named constructor', '/constructor', '{"name":"alice","constructor":1}'],
  ])('%s with 400, and points to "%s"', async (_, pointer, body) => {
    const before = await store.operations.countDocuments()
    const answer = await http
      .post('/users')
      .set('content-type', 'application/json')
      .send(body)
      .expect(400)
    expect(answer.body).toMatchObject({ errors: [{ pointer }] })
    expect(await store.operations.countDocuments()).toBe(before)
  })

  it('what is not JSON with 415, and what is too large with 413', async () => {
    const before = await store.operations.countDocuments()
    await http.post('/users').type('form').send({ name: 'alice' }).expect(415)
    await http.post('/users').type('text/plain').send('{"name":"alice"}').expect(415)
    await http
      .post('/users')
      .send({ name: 'a'.repeat(17 * 1024) })
      .expect(413)
    expect(await store.operations.countDocuments()).toBe(before)
  })

  it('neither a name of 100 characters nor an address of 254', async () => {
    const user = { name: '😀'.repeat(100), email: long(254) }
    expect(await accept(user)).toMatchObject({ data: user })
  })
})

describe('GET /operations/{id}', () => {
  it('answers 404 for an operation that does not exist', async () => {
    await http
      .get(`/operations/${newOperationId()}`)
      .expect(404)
      .expect('content-type', 'application/problem+json')
  })

  it.each(['7', 'alice', '019a9f00-0000-7000-8000-00000000000', '%00'])(
    'answers 400 for "%s", which is no UUID',
    async (id) => {
      const answer = await http.get(`/operations/${id}`).expect(400)
      expect(answer.body).toMatchObject({ errors: [{ pointer: '/id' }] })
    },
  )

  it('takes an id in upper case', async () => {
    const { id } = await accept()
    expect(await find(id.toUpperCase())).toMatchObject({ id })
  })
})

describe('Prefer: wait', () => {
  /** Posts, and waits for the id of what was accepted. */
  async function post(prefer: string) {
    const name = crypto.randomUUID()
    const answer = http.post('/users').set('prefer', prefer).send({ name }).then()
    const id = await eventually(async () => {
      const operation = await store.operations.findOne({ name })
      expect(operation).not.toBeNull()
      return operation!._id
    })
    return { answer, id }
  }

  it('answers a POST with 200 and the operation once it has ended', async () => {
    const { answer, id } = await post('wait=20')
    await messages.publish('user-create-response', [creationEnded(id)])
    const { status, body, headers } = await answer
    expect(status).toBe(200)
    expect(body).toEqual(await find(id))
    expect(body).toMatchObject({ id, state: 'completed' })
    expect(headers).toMatchObject({
      location: `/operations/${id}`,
      'preference-applied': 'wait=20',
    })
    expect(headers).not.toHaveProperty('retry-after')
  })

  it('answers what another replica was told of', async () => {
    const { answer, id } = await post('wait=20')
    await store.outcomes.insertOne(
      { _id: id, state: 'completed', userId: id, steps: {}, finishedAt: new Date() },
      { writeConcern: { w: 'majority', journal: true } },
    )
    expect((await answer).body).toMatchObject({ id, state: 'completed' })
  })

  it('answers 202 when it has not ended in time', async () => {
    const { answer } = await post('wait=1')
    const { status, body, headers } = await answer
    expect(status).toBe(202)
    expect(body).toMatchObject({ state: 'pending' })
    expect(headers).toMatchObject({ 'retry-after': '1', 'preference-applied': 'wait=1' })
  })

  it.each(['wait=soon', 'respond-async', 'wait=-1', 'wait=0'])(
    '%s does not wait, and is no error',
    async (prefer) => {
      await http.post('/users').set('prefer', prefer).send({ name: 'alice' }).expect(202)
    },
  )

  it('waits in a GET, too, and not for what has ended already', async () => {
    const { id } = await accept()
    const answer = http.get(`/operations/${id}`).set('prefer', 'wait=20').expect(200).then()
    await messages.publish('user-create-response', [creationEnded(id)])
    expect((await answer).body).toMatchObject({ state: 'completed' })
    const again = await http.get(`/operations/${id}`).set('prefer', 'wait=20').expect(200)
    expect(again.body).toEqual((await answer).body)
  })
})

describe('GET /operations/{id}/events', () => {
  const follow = (id: string, lastSeen?: string) =>
    fetch(`${service.url}/operations/${id}/events`, {
      headers: lastSeen === undefined ? {} : { 'last-event-id': lastSeen },
    })
  const eventOf = (operation: object) =>
    `id: ${(operation as Operation).state}\ndata: ${JSON.stringify(operation)}\n\n`

  it('tells the state, then how it ended, then is over', async () => {
    const operation = await accept()
    const response = await follow(operation.id)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    await messages.publish('user-create-response', [creationEnded(operation.id)])
    const events = await response.text()
    expect(events).toBe(`retry: 1000\n\n${eventOf(operation)}${eventOf(await find(operation.id))}`)
  })

  it('does not tell again what was seen before the connection broke', async () => {
    const { id } = await accept()
    const response = await follow(id, 'pending')
    await messages.publish('user-create-response', [creationEnded(id)])
    const events = await response.text()
    expect(events).toBe(`retry: 1000\n\n${eventOf(await find(id))}`)
    expect((await follow(id, 'completed')).status).toBe(204)
  })

  it('waits for nobody who is gone', async () => {
    const { id } = await accept()
    const client = new AbortController()
    await fetch(`${service.url}/operations/${id}/events`, { signal: client.signal })
    const watch = service.app.get(OutcomeWatch)
    expect(watch.size).toBe(1)
    client.abort()
    await eventually(() => expect(watch.size).toBe(0))
  })

  it('is a 404 for an operation that does not exist', async () => {
    expect((await follow(newOperationId())).status).toBe(404)
  })
})

describe('a response', () => {
  it('of completion shows the user that was created', async () => {
    const { id, ...rest } = await accept()
    await messages.publish('user-create-response', [creationEnded(id)])
    expect(await finished(id)).toEqual({
      ...rest,
      id,
      state: 'completed',
      result: { userId: id },
      finishedAt: expect.any(String),
      steps: stepsOf(await find(id)),
    })
  })

  it('of failure shows why', async () => {
    const { id, ...rest } = await accept()
    const error = { code: 'approval-rejected', message: 'The user was rejected.' } as const
    await messages.publish('user-create-response', [
      creationEnded(id, { outcome: 'failed', error }),
    ])
    expect(await finished(id)).toEqual({
      ...rest,
      id,
      state: 'failed',
      error,
      finishedAt: expect.any(String),
      steps: stepsOf(await find(id)),
    })
  })

  it('that comes again, or says otherwise later, changes nothing', async () => {
    const { id } = await accept()
    await messages.publish('user-create-response', [creationEnded(id)])
    const first = await finished(id)
    const before = await metric('tideway_operation_responses_ignored_total{reason="repeated"}')
    const error = { code: 'approval-deadline', message: 'Too late.' } as const
    await messages.publish('user-create-response', [
      creationEnded(id),
      creationEnded(id, { outcome: 'failed', error }),
    ])
    await eventually(async () => {
      const ignored = await metric('tideway_operation_responses_ignored_total{reason="repeated"}')
      expect(ignored).toBe(before + 2)
    })
    expect(await find(id)).toEqual(first)
    expect(await store.outcomes.countDocuments({ _id: id })).toBe(1)
  })

  it('to an operation that does not exist leaves no outcome, and is counted', async () => {
    const before = await metric('tideway_operation_responses_ignored_total{reason="unknown"}')
    const id = newOperationId()
    await messages.publish('user-create-response', [creationEnded(id)])
    await eventually(async () => {
      const ignored = await metric('tideway_operation_responses_ignored_total{reason="unknown"}')
      expect(ignored).toBe(before + 1)
    })
    expect(await store.outcomes.findOne({ _id: id })).toBeNull()
    await http.get(`/operations/${id}`).expect(404)
  })
})

describe('/metrics', () => {
  it('counts what was accepted, what ended and how long that took', async () => {
    const names = {
      accepted: 'tideway_operations_accepted_total',
      completed: 'tideway_operations_finished_total{state="completed"}',
      durations: 'tideway_operation_duration_seconds_count',
    }
    const before = await Promise.all(Object.values(names).map(metric))
    const { id } = await accept()
    await messages.publish('user-create-response', [creationEnded(id)])
    await finished(id)
    await eventually(async () => {
      const after = await Promise.all(Object.values(names).map(metric))
      expect(after).toEqual(before.map((count) => count + 1))
    })
  })

  it.each([
    'tideway_operations_open',
    'tideway_operations_oldest_open_age_seconds',
    'tideway_operations_unpublished',
    'tideway_messages_handled_total',
    'tideway_message_batch_size',
    'tideway_handle_duration_seconds',
    'tideway_dead_letters_total',
    'tideway_in_flight',
  ])('has %s', async (name) => {
    const { text } = await http.get('/metrics').expect(200)
    expect(text).toContain(`# TYPE ${name} `)
  })
})

describe('/docs/openapi.json', () => {
  it('lists the calls, with an example of each answer', async () => {
    const { body } = await http.get('/docs/openapi.json').expect(200)
    const { paths } = body as { paths: Record<string, Record<string, Documented>> }
    expect(Object.keys(paths)).toEqual([
      '/users',
      '/operations',
      '/operations/summary',
      '/operations/{id}',
      '/operations/{id}/events',
    ])
    expect(Object.keys(paths['/users']!['post']!.responses)).toEqual(
      expect.arrayContaining(['202', '400', '413', '415', '503']),
    )
    expect(Object.keys(paths['/operations/{id}']!['get']!.responses)).toEqual(
      expect.arrayContaining(['200', '400', '404', '503']),
    )
    const answers = Object.values(paths)
      .flatMap((calls) => Object.values(calls))
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap(({ content = {} }) => Object.values(content))
    for (const answer of answers) expect(answer.example ?? answer.examples).toBeDefined()
  })
})

interface Documented {
  responses: Record<string, { content?: Record<string, { example?: object; examples?: object }> }>
}

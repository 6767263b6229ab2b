import { type ChildProcess, spawn } from 'node:child_process'

import { Logger } from '@nestjs/common'
import kafkajs, { type IHeaders, type KafkaMessage, type Message } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { newOperationId } from '#contracts'
import { DEAD_LETTER_HEADERS } from '#kafka'

import { murmur2 } from '../../libs/kafka/src/partitioner.js'
import { redriveGroup } from '../../tools/dlq/spans.ts'
import { root } from '../../tools/workspace/paths.mjs'
import { System, until } from './system.js'

Logger.overrideLogger(false)

const TOPIC = 'user-create'
const DEAD_LETTERS = 'user-create.dlq'
const PARTITIONS = 2
/** All poison goes there. */
const PARTITION = 1
/** Stands in every body. */
const PRIVATE = 'not for the list'

interface Poison {
  what: string
  reason: string
  record: Message
}

const partitionOf = (key: string) => (murmur2(Buffer.from(key)) & 0x7fffffff) % PARTITIONS

function poison(what: string, reason: string, make: (key: string) => Partial<Message>): Poison {
  let key
  do key = newOperationId()
  while (partitionOf(key) !== PARTITION)
  const headers = { 'schema-version': '1', origin: 'a test' }
  return { what, reason, record: { key, value: null, headers, partition: PARTITION, ...make(key) } }
}

/** What asks for a user; fields before or instead of its own as JSON. */
const request = (key: string, fields = '') =>
  `{${fields}"operationId":"${key}","createdAt":"2025-11-20T05:07:37.600Z"}`
const named = `"name":"${PRIVATE}",`

const poisons = [
  poison('bytes that are no JSON', 'not-json', () => ({
    value: Buffer.concat([Buffer.from(PRIVATE), Buffer.from([0, 0xff, 0xfe, 0x0a])]),
  })),
  poison('JSON of a wrong shape', 'wrong-shape', (key) => ({
    value: request(key, `"name":["${PRIVATE}"],`),
  })),
  poison('two megabytes', 'wrong-shape', (key) => ({
    value: request(key, `"name":"${PRIVATE.padEnd(2_000_000, '.')}",`),
  })),
  poison('no value', 'no-value', () => ({ value: null })),
  poison('no key', 'wrong-key', (key) => ({ key: null, value: request(key, named) })),
  poison('a schema version that is no number', 'wrong-header', (key) => ({
    value: request(key, named),
    headers: { 'schema-version': 'rubbish', origin: 'a test' },
  })),
  poison('a field named __proto__', 'wrong-shape', (key) => ({
    value: request(key, `"__proto__":{"admin":true},${named}`),
  })),
  poison('a field named __proto__ in an escape, within others', 'wrong-shape', (key) => ({
    value: request(key, `${named}"more":[{"\\u005f_proto__":{"admin":true}}],`),
  })),
]

/** What a message is to others: its bytes and headers, those of dead letters left out. */
function original({ key, value, headers }: Message | KafkaMessage) {
  const added: readonly string[] = Object.values(DEAD_LETTER_HEADERS)
  return {
    key: key === null || key === undefined ? null : String(key),
    // Of large ones a difference would fill the screen.
    value: value === null ? null : Buffer.from(value).toString('latin1').slice(0, 500),
    size: value?.length,
    headers: Object.fromEntries(
      Object.entries(headersOf({ headers })).filter(([name]) => !added.includes(name)),
    ),
  }
}

function headersOf({ headers = {} }: { headers?: IHeaders | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** One JSON object a line. */
const records = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('Poison', () => {
  let system: System
  const accepted: string[] = []
  /** Where each poison was put. */
  const offsets: number[] = []
  let letters: Awaited<ReturnType<System['messages']>> = []

  /** How many messages of a topic a group has not handled yet. */
  async function lag(groupId: string, topic: string): Promise<number> {
    const admin = system.kafka.admin()
    await admin.connect()
    const ends = await admin.fetchTopicOffsets(topic)
    const [handled] = await admin.fetchOffsets({ groupId, topics: [topic] })
    await admin.disconnect()
    const sum = (partitions: readonly { offset: string }[]) =>
      partitions.reduce((total, { offset }) => total + Math.max(0, Number(offset)), 0)
    return sum(ends) - sum(handled?.partitions ?? [])
  }

  /** Has a topic take messages of up to 3 MB. */
  async function allowLarge(topic: string): Promise<void> {
    const admin = system.kafka.admin()
    await admin.connect()
    const configEntries = [{ name: 'max.message.bytes', value: '3000000' }]
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
    })
    await admin.disconnect()
  }

  /** Creates users until there is a request of one in the partition. */
  async function neighbour(): Promise<void> {
    let id
    do {
      const before = await system.size(TOPIC)
      ;({ id } = await system.createUser('a good neighbour'))
      accepted.push(id)
      await until(async () => (await system.size(TOPIC)) > before)
    } while (partitionOf(id) !== PARTITION)
  }

  function start(...args: string[]): {
    child: ChildProcess
    ended: Promise<{ code: number | null; out: string; err: string }>
  } {
    const child = spawn(process.execPath, ['tools/run.mjs', 'dlq', ...args], {
      cwd: root,
      env: { ...process.env, KAFKA_BROKERS: system.broker.address },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    return { child, ended: ended.then((code) => ({ code, out, err })) }
  }

  /** `npm run dlq`. @returns what it said @throws when it does not end well */
  async function dlq(...args: string[]): Promise<string> {
    const { code, out, err } = await start(...args).ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return out
  }

  const listed = async () => records(await dlq('list', '--json'))
  const redriven = async () => (await listed()).filter((letter) => letter['redriven']).length
  const ofOperation = async (id: string) =>
    (await listed()).filter((letter) => letter['key'] === id)

  beforeAll(async () => {
    system = await System.start({
      env: { APPROVAL_CONCURRENCY: '100', TOPIC_PARTITIONS: String(PARTITIONS) },
    })
    await allowLarge(TOPIC)
    // While nobody reads, so that good ones and poison are read together.
    await system.end('user-service', 'stop')
    for (const { record } of poisons) {
      await neighbour()
      offsets.push((await system.publish(TOPIC, record)).offset)
    }
    await neighbour()
    await system.startReplica('user-service')
    await until(async () => (await system.size(DEAD_LETTERS)) >= poisons.length)
    letters = await system.messages(DEAD_LETTERS)
  }, 120_000)
  afterAll(() => system?.stop())

  it('does not keep the good messages between it from being handled', async () => {
    await system.allEnded(accepted)
    expect(await system.imbalances(accepted)).toEqual([])
  })

  it.each(poisons.map(({ what }, index) => ({ what, index })))(
    'lies among the dead letters as it was, with why and where from: $what',
    ({ index }) => {
      const { reason, record } = poisons[index]!
      const offset = String(offsets[index])
      const found = letters.filter((letter) => headersOf(letter)['dead-letter-offset'] === offset)
      expect(found.map(original)).toEqual([original(record)])
      const [letter] = found
      expect(letter!.partition).toBe(PARTITION)
      expect(letter!.value?.equals(Buffer.from(record.value!)) ?? record.value === null).toBe(true)
      const { 'dead-letter-time': time, ...headers } = headersOf(letter!)
      expect(new Date(time!).toISOString()).toBe(time)
      expect(headers).toMatchObject({
        'dead-letter-reason': reason,
        'dead-letter-topic': TOPIC,
        'dead-letter-partition': String(PARTITION),
        'dead-letter-attempts': '1',
      })
      expect(headers['dead-letter-detail']).not.toContain(PRIVATE)
    },
  )

  it('is buried once', () => {
    expect(letters).toHaveLength(poisons.length)
  })

  describe('among the dead letters', () => {
    it('is listed, without its body', async () => {
      const asJson = await dlq('list', '--topic', TOPIC, '--json')
      const expected = letters.map(({ partition, offset, key, headers }) => ({
        address: `${DEAD_LETTERS}/${partition}/${offset}`,
        deadLetterTopic: DEAD_LETTERS,
        partition,
        offset: Number(offset),
        time: headersOf({ headers })['dead-letter-time'],
        reason: headersOf({ headers })['dead-letter-reason'],
        attempts: 1,
        key: key && String(key),
        source: {
          topic: TOPIC,
          partition: PARTITION,
          offset: Number(headersOf({ headers })['dead-letter-offset']),
        },
        redriven: false,
      }))
      expect(records(asJson)).toEqual(expected)

      const lines = await dlq('list')
      for (const { address } of expected) expect(lines).toContain(address)
      expect(lines).toContain('user-create, wrong-shape: 4, 0 redriven\n')
      expect(lines).toMatch(/\n8 dead letters, 0 redriven\n$/)
      expect(asJson + lines).not.toContain(PRIVATE)
    })

    it('is shown with its body', async () => {
      const show = async (reason: string) => {
        const letter = letters.find((one) => headersOf(one)['dead-letter-reason'] === reason)!
        const said = await dlq('show', `${DEAD_LETTERS}/${PARTITION}/${letter.offset}`)
        return { letter, said }
      }
      const text = await show('wrong-header')
      expect(text.said).toContain('header schema-version: rubbish\n')
      expect(text.said).toContain(`\n${text.letter.value!.toString()}\n`)
      const bytes = await show('not-json')
      expect(bytes.said).toContain(`\n${bytes.letter.value!.toString('base64')}\n`)
    })

    it('is not shown where there is none', async () => {
      const { code, out, err } = await start('show', `${DEAD_LETTERS}/0/7`).ended
      expect({ code, out, err }).toEqual({
        code: 1,
        out: '',
        err: `${DEAD_LETTERS}/0/7 is not there: ${DEAD_LETTERS}/0 is empty.\n`,
      })
    })
  })

  describe('that is redriven', () => {
    it('goes back once, and comes again as a new dead letter while its cause is there', async () => {
      await system.end('user-service', 'stop')
      const before = await system.size(TOPIC)
      const added = async () => (await system.size(TOPIC)) - before

      expect(await dlq('redrive', '--dry-run')).toContain('user-create: 8 would be redriven\n')
      expect([await added(), await redriven()]).toEqual([0, 0])
      await dlq('redrive', '--limit', '2')
      expect([await added(), await redriven()]).toEqual([2, 2])
      expect(await dlq('redrive', '--topic', 'user-approve')).toBe('Nothing to redrive.\n')
      expect(await dlq('redrive')).toContain('user-create: 6 redriven\n')
      expect([await added(), await redriven()]).toEqual([8, 8])
      expect(await dlq('redrive')).toBe('Nothing to redrive.\n')
      expect(await added()).toBe(8)

      const back = (await system.messages(TOPIC))
        .filter(({ partition }) => partition === PARTITION)
        .slice(-8)
      expect(back.map(original)).toEqual(letters.map(original))
      expect(back.flatMap((message) => Object.keys(headersOf(message))).join()).not.toContain(
        'dead-letter',
      )

      await system.startReplica('user-service')
      await until(async () => (await system.size(DEAD_LETTERS)) >= 16)
      const again = (await system.messages(DEAD_LETTERS)).slice(8)
      expect(again.map(original)).toEqual(letters.map(original))
      expect(again.map((letter) => headersOf(letter)['dead-letter-offset'])).toEqual(
        back.map(({ offset }) => offset),
      )
      expect(await redriven()).toBe(8)
    }, 120_000)

    it('is so by one command at a time, which may be interrupted', async () => {
      const admin = system.kafka.admin()
      await admin.connect()
      const members = async () => (await admin.describeGroups([redriveGroup])).groups[0]!.members
      const before = await redriven()
      const first = start('redrive', '--rate', '1/s')
      await until(async () => (await members()).length === 1 && (await redriven()) > before)

      const second = await start('redrive').ended
      expect(second).toMatchObject({ code: 1, out: '' })
      expect(second.err).toMatch(/^Another process works as tideway-dlq-redrive: .*\n$/)

      first.child.kill('SIGINT')
      expect((await first.ended).code).toBe(130)
      expect(await members()).toEqual([])
      await admin.disconnect()
    }, 60_000)

    it('finishes its operation when its cause is gone', async () => {
      await system.refuseUnless('user_service', 'users', { name: { $ne: 'unlucky' } })
      const { id } = await system.createUser('unlucky')
      accepted.push(id)
      await until(async () => (await ofOperation(id)).length === 1)
      expect(await ofOperation(id)).toMatchObject([{ reason: 'handler-failed', attempts: 3 }])
      expect((await system.operation(id)).state).toBe('pending')
      await system.refuseUnless('user_service', 'users', {})

      await dlq('redrive')

      expect((await system.ended(id)).state).toBe('completed')
      expect(await ofOperation(id)).toMatchObject([{ redriven: true }])
      expect(await system.imbalances(accepted)).toEqual([])
    }, 60_000)

    it('changes nothing when the deadline has ended its operation', async () => {
      for (const name of ['operation-service', 'user-service'] as const) {
        await system.end(name, 'stop')
        await system.startReplica(name, { SAGA_DEADLINE_MS: '3000' })
      }
      await system.refuseUnless('user_service', 'decisions', { approval: { $ne: 'approved' } })
      const { id } = await system.createUser('late')
      accepted.push(id)
      const failed = { state: 'failed', error: { code: 'approval-deadline' } }
      expect(await system.ended(id)).toMatchObject(failed)
      await until(async () => (await ofOperation(id)).length === 1)
      await system.refuseUnless('user_service', 'decisions', {})

      await dlq('redrive')
      await until(async () => (await lag('user-service', 'user-approve-response')) === 0)

      expect(await ofOperation(id)).toMatchObject([{ redriven: true }])
      expect(await system.operation(id)).toMatchObject(failed)
      expect(await system.imbalances(accepted)).toEqual([])
    }, 60_000)
  })

  it('is buried also when its topic was told only just now to take so large ones', async () => {
    const topic = 'user-create-response'
    await allowLarge(topic)
    const value = PRIVATE.padEnd(2_000_000, '.')
    await system.publish(topic, { key: 'a key', value })
    await until(async () => (await system.size(`${topic}.dlq`)) === 1)
    const [letter] = await system.messages(`${topic}.dlq`)
    expect(letter!.value!.equals(Buffer.from(value))).toBe(true)
  })
})

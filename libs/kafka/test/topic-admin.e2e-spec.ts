import { Logger } from '@nestjs/common'
import kafkajs from 'kafkajs'
import { beforeEach, describe, expect, it } from 'vitest'

import { deadLetterTopic, type TopicName, topics } from '#contracts'
import { eventually } from '#testing'

import { TopicAdmin, TopicMismatch } from '../src/index.js'
import { settingsFor, startKafka, type TestSettings } from './kafka.js'

Logger.overrideLogger(false)

const DAY = 24 * 60 * 60 * 1_000
const names = Object.keys(topics) as TopicName[]
const { kafka, admin, address } = await startKafka()

const adminWith = (settings: Partial<TestSettings> = {}) =>
  new TopicAdmin(kafka, topics, {
    ...settingsFor(address),
    TOPIC_PARTITIONS: 3,
    USER_APPROVE_PARTITIONS: 5,
    ...settings,
  })

async function partitions(): Promise<Record<string, number>> {
  const { topics: found } = await admin.fetchTopicMetadata()
  return Object.fromEntries(
    found
      .filter(({ name }) => !name.startsWith('__'))
      .map((topic) => [topic.name, topic.partitions.length]),
  )
}

async function config(topic: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  })
  return Object.fromEntries(
    resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  )
}

async function configure(topic: string, entries: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  })
  await eventually(async () => expect(await config(topic)).toMatchObject(entries))
}

beforeEach(async () => {
  const there = Object.keys(await partitions())
  if (there.length > 0) await admin.deleteTopics({ topics: there })
  await eventually(async () => expect(await partitions()).toEqual({}))
})

describe('topics that are missing', () => {
  it('are made, with their dead letters: as many partitions each as the settings say', async () => {
    await adminWith().ensureTopics()
    const expected = names.flatMap((name) => {
      const count = name === 'user-approve' ? 5 : 3
      return [
        [name, count],
        [deadLetterTopic(name), count],
      ]
    })
    expect(await partitions()).toEqual(Object.fromEntries(expected))
  })

  it('keep messages for a week, and dead letters for a month, with room for more than the message', async () => {
    await adminWith().ensureTopics()
    for (const name of names) {
      const [source, dead] = [await config(name), await config(deadLetterTopic(name))]
      expect(Number(source['retention.ms'])).toBe(7 * DAY)
      expect(Number(dead['retention.ms'])).toBe(30 * DAY)
      // What is old goes in whole files, which therefore are no older than a day.
      for (const each of [source, dead]) expect(Number(each['segment.ms'])).toBe(DAY)
      const room = Number(dead['max.message.bytes']) - Number(source['max.message.bytes'])
      expect(room).toBe(65_536)
    }
  })

  it('keep messages for longer than a saga may take', async () => {
    await adminWith({ SAGA_DEADLINE_MS: 10 * DAY }).ensureTopics()
    expect(Number((await config('user-create'))['retention.ms'])).toBe(20 * DAY)
  })

  it('may be made by two replicas at once', async () => {
    await Promise.all([
      adminWith().ensureTopics(),
      adminWith().ensureTopics(),
      adminWith().ensureTopics(),
    ])
    expect(Object.keys(await partitions())).toHaveLength(2 * names.length)
  })

  it('are made beside those that are there', async () => {
    // kafkajs' own waiting takes a broker that does not know the topic yet for a failure.
    const own = { topic: 'user-create', numPartitions: 4 }
    await admin.createTopics({ topics: [own], waitForLeaders: false })
    await eventually(async () => expect(await partitions()).toMatchObject({ 'user-create': 4 }))
    await adminWith().ensureTopics()
    expect(await partitions()).toMatchObject({
      'user-create': 4,
      'user-create.dlq': 4,
      'user-approve': 5,
    })
  })
})

describe('topics that are there', () => {
  it('are left alone when they are as they should be', async () => {
    await adminWith().ensureTopics()
    const before = await config('user-create.dlq')
    await adminWith().ensureTopics()
    expect(await config('user-create.dlq')).toEqual(before)
  })

  it('may have more partitions than the settings say', async () => {
    await adminWith().ensureTopics()
    await adminWith({ TOPIC_PARTITIONS: 2, USER_APPROVE_PARTITIONS: 1 }).ensureTopics()
    expect(await partitions()).toMatchObject({ 'user-create': 3, 'user-approve': 5 })
  })

  it.each([
    ['user-create', { TOPIC_PARTITIONS: 4 }],
    ['user-approve', { USER_APPROVE_PARTITIONS: 6 }],
  ])('with fewer are an error that names %s, and nothing is changed', async (topic, settings) => {
    await adminWith().ensureTopics()
    const before = await partitions()
    const failure = adminWith(settings).ensureTopics()
    await expect(failure).rejects.toThrow(TopicMismatch)
    await expect(failure).rejects.toThrow(
      new RegExp(`^Topic ${topic} has \\d partitions, fewer than`),
    )
    expect(await partitions()).toEqual(before)
  })

  it('with more partitions than their dead letters are an error that names those', async () => {
    await adminWith().ensureTopics()
    await admin.createPartitions({ topicPartitions: [{ topic: 'user-create', count: 8 }] })
    await eventually(async () => expect(await partitions()).toMatchObject({ 'user-create': 8 }))
    await expect(adminWith().ensureTopics()).rejects.toThrow(
      /^Topic user-create\.dlq has 3 partitions, fewer than the 8 of user-create/,
    )
  })
})

describe('a topic that takes larger messages than before', () => {
  it('has dead letters with room for them, and for headers, soon after', async () => {
    await adminWith().ensureTopics()
    await configure('user-approve', { 'max.message.bytes': '3000000' })
    await adminWith().ensureTopics()
    await eventually(async () =>
      expect((await config('user-approve.dlq'))['max.message.bytes']).toBe('3065536'),
    )
    expect((await config('user-create.dlq'))['max.message.bytes']).toBe('1114124')
  })

  it('has dead letters that keep whatever else was set for them', async () => {
    await adminWith().ensureTopics()
    await configure('user-approve', { 'max.message.bytes': '3000000' })
    await configure('user-approve.dlq', {
      'max.message.bytes': '1114124',
      'retention.ms': String(90 * DAY),
      'min.insync.replicas': '2',
    })
    await adminWith().ensureTopics()
    await eventually(async () =>
      expect((await config('user-approve.dlq'))['max.message.bytes']).toBe('3065536'),
    )
    expect(await config('user-approve.dlq')).toMatchObject({
      'retention.ms': String(90 * DAY),
      'min.insync.replicas': '2',
    })
  })

  it('and dead letters that have more room already: they keep it', async () => {
    await adminWith().ensureTopics()
    await configure('user-approve.dlq', { 'max.message.bytes': '5000000' })
    await adminWith().ensureTopics()
    expect((await config('user-approve.dlq'))['max.message.bytes']).toBe('5000000')
  })
})

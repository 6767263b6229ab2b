import {
  type ConsumerConfig,
  type Kafka,
  type Message,
  type PartitionAssigner,
  type ProducerRecord,
} from 'kafkajs'
import { type Connection, mongo } from 'mongoose'

import { topics } from '#contracts'
import { type DatabaseCall, type MemoryDatabase } from '#testing'

import { type Broker } from './broker.js'
import { Member } from './member.js'
import { type Process, type Share } from './process.js'

/** Milliseconds after which kafkajs takes a request for failed; the broker may still fulfil it. */
const REQUEST_TIMEOUT = 10_000

/**
 * Milliseconds after which a call of the database has no effect any more: the driver has closed the connection, and the
 * server drops what it finds there. What looks for what the dead have stored counts on it, and waits for longer.
 */
const LANDS_WITHIN = 60_000

/** Finds the names of users, by which a story tells what it is about. */
export interface Names {
  of(id: string): string
  learn(id: string, name: unknown): void
}

const VERBS = {
  insertMany: 'stores',
  find: 'reads',
  count: 'counts',
  updateOne: 'updates',
  updateMany: 'updates',
  deleteOne: 'removes from',
  deleteMany: 'removes from',
  findOneAndUpdate: 'asks for one of',
} as const

/** What calls can be held up for; a story tells of a call by one of these, and what it is about. */
export const KINDS_OF_CALLS = [
  ...['operations', 'outcomes', 'users', 'decisions'].map((collection) => `stores ${collection}`),
  ...Object.keys(topics).map((topic) => `publishes ${topic}`),
  'stores idempotency_keys',
  'updates idempotency_keys',
  'updates publication_marks',
  'updates operations',
  'updates walk',
  'asks for one of leases',
]

/** A process' connection to a database: each call waits for what the search makes of it. */
export function databaseFor(process: Process, database: MemoryDatabase, names: Names): Connection {
  return database.connection((call) =>
    process.call({
      what: describe(call, names),
      effect: (share) => call.effect(share === 'half' ? firstHalf(call.documents) : call.documents),
      fault: (fate) =>
        fate === 'refused'
          ? new mongo.MongoServerSelectionError('no server', {} as never)
          : new mongo.MongoNetworkError('the connection broke'),
      landsWithin: LANDS_WITHIN,
    }),
  )
}

/** A process' client of the broker: kafkajs, as much of it as the transport and the publisher use. */
export function kafkaFor(process: Process, broker: Broker, names: Names): Kafka {
  const call = (what: string, effect: (share: Share) => void) =>
    inTime(process.call({ what, effect, fault: () => new Error('the connection broke') }))
  const send = ({ topic, messages }: ProducerRecord) => {
    const about = messages.map((message) => subjectOf(message, names)).join(', ')
    return call(`publishes ${topic}: ${about}`, (share) => {
      // A request has a batch for each partition, and each is appended or not.
      const isFirst = ({ key }: Message) =>
        broker.partitionOf(String(key)) === broker.partitionOf(String(messages[0]!.key))
      broker.append(topic, share === 'half' ? messages.filter(isFirst) : messages)
    })
  }
  return {
    producer: () => ({
      events: { DISCONNECT: 'disconnect' },
      on: () => undefined,
      connect: async () => undefined,
      disconnect: async () => undefined,
      send,
    }),
    consumer: ({ groupId, partitionAssigners }: ConsumerConfig) => {
      for (const createAssigner of partitionAssigners ?? []) createAssigner(CONNECTED)
      return new Member(process, broker.group(groupId), broker, call)
    },
  } as unknown as Kafka
}

/** What kafkajs tells an assigner. The model's groups know at once who is gone. */
const CONNECTED = {
  cluster: {
    findGroupCoordinator: async () => ({
      describeGroups: async () => ({ groups: [] }),
      leaveGroup: async () => undefined,
    }),
  },
} as unknown as Parameters<PartitionAssigner>[0]

/** What a record is about. */
export function subjectOf({ key, value }: Pick<Message, 'key' | 'value'>, names: Names): string {
  const { name } = JSON.parse(String(value)) as { name?: string }
  names.learn(String(key), name)
  return names.of(String(key))
}

function describe<Answer>(call: DatabaseCall<Answer>, names: Names): string {
  for (const { _id, name } of call.documents) names.learn(_id, name)
  const { $in } = (call.filter['_id'] ?? {}) as { $in?: string[] }
  const ids = $in ?? call.documents.map(({ _id }) => _id)
  const about = ids.map((id) => names.of(id)).join(', ')
  return `${VERBS[call.operation]} ${call.collection}${about && `: ${about}`}`
}

const firstHalf = <Each>(all: readonly Each[]) => all.slice(0, Math.floor(all.length / 2))

async function inTime(answer: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the request timed out')), REQUEST_TIMEOUT)
  })
  try {
    await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

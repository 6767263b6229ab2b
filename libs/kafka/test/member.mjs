// A member of a group, in a process of its own that can be killed: `node member.mjs <broker> <group> <topic> <client id>`.
// It says when it has joined, and handles nothing.
import kafkajs from 'kafkajs'

const { AssignerProtocol, Kafka, logLevel } = kafkajs
const [broker, groupId, topic, clientId] = process.argv.slice(2)

const assigner = () => ({
  name: 'tideway-by-subscription',
  version: 1,
  assign: async () => {
    throw new Error('this member is not the first one, so it does not assign')
  },
  protocol: ({ topics }) => ({
    name: 'tideway-by-subscription',
    metadata: AssignerProtocol.MemberMetadata.encode({
      version: 1,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
})

const kafka = new Kafka({ clientId, brokers: [broker], logLevel: logLevel.NOTHING })
const consumer = kafka.consumer({
  groupId,
  sessionTimeout: 11_000,
  heartbeatInterval: 500,
  partitionAssigners: [assigner],
})
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
  console.log(JSON.stringify(payload.memberAssignment[topic] ?? []))
})
await consumer.connect()
await consumer.subscribe({ topics: [topic] })
await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })

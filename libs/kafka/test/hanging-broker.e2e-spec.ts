import { Kafka, logLevel } from 'kafkajs'
import { expect, it } from 'vitest'

import { eventually, layWire } from '#testing'

import { BrokerUnavailable, Publisher } from '../src/index.js'
import { startKafka } from './kafka.js'
import { userApprove } from './records.js'

// It mends kafkajs for this process, too.
const kafka = await startKafka()
const wire = await layWire(`kafka://${kafka.address}`)
const [, address] = wire.uri.split('//')
const impatient = new Kafka({
  brokers: [address!],
  connectionTimeout: 1_000,
  requestTimeout: 1_000,
  retry: { retries: 0 },
  logLevel: logLevel.NOTHING,
})

it('a broker that hangs while it is connected to is published to as soon as it answers', async () => {
  const publisher = new Publisher(impatient)
  wire.silence()
  await expect(publisher.publish('user-approve', [userApprove('early')])).rejects.toThrow(
    BrokerUnavailable,
  )
  wire.mend()
  await eventually(() => publisher.publish('user-approve', [userApprove('late')]))
  await publisher.onApplicationShutdown()
})

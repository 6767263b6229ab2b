import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket } from 'node:net'

import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { mendHalfConnections } from './kafkajs-faults.js'

const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as {
  prototype: object
}
const original = Object.getOwnPropertyDescriptor(prototype, 'apiVersions')!

afterEach(() => {
  Object.defineProperty(prototype, 'apiVersions', original)
})

/** A broker that hangs: the system takes connections, and nobody reads what comes. */
const connections: Socket[] = []
const hanging = createServer((socket) => connections.push(socket))
await once(hanging.listen(0, '127.0.0.1'), 'listening')
afterAll(() => {
  for (const socket of connections) socket.destroy()
  hanging.close()
})

/** Connects twice to a broker that answers nothing. @returns whether each attempt is said to have worked */
async function connectTwice(): Promise<boolean[]> {
  const { port } = hanging.address() as AddressInfo
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    connectionTimeout: 100,
    requestTimeout: 100,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  })
  const producer = kafka.producer()
  const attempt = () =>
    producer.connect().then(
      () => true,
      () => false,
    )
  const attempts = [await attempt(), await attempt()]
  await producer.disconnect()
  return attempts
}

describe("kafkajs' connection to a broker that hangs", () => {
  it('as it is counts from the second attempt on, though the broker never said a word', async () => {
    expect(await connectTwice()).toEqual([false, true])
  })

  it('mended is made anew with each attempt', async () => {
    mendHalfConnections()
    const before = connections.length
    expect(await connectTwice()).toEqual([false, false])
    expect(connections.length - before).toBe(2)
  })
})

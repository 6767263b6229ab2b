import { Logger } from '@nestjs/common'
import { it } from 'vitest'
import { eventually, startTestBroker } from '#testing'
import { startKafka } from './kafka.js'
import { approvals, startConsumer } from './consumer.js'
import { expect } from 'vitest'
Logger.overrideLogger(['warn','error','log'])
const kafka = await startKafka()
it('times', async () => {
  const t0 = performance.now(); const log = (s: string) => console.log(((performance.now()-t0)/1000).toFixed(2), s)
  const consumer = await startConsumer({ broker: kafka.address, controllers: [approvals(async () => {})] })
  await eventually(() => expect(consumer.server.isMember).toBe(true)); log('member')
  await kafka.kill(); log('killed')
  await eventually(() => expect(consumer.server.isMember).toBe(false), {within: 30000}); log('no member')
  await kafka.start(); log('started')
  await eventually(() => expect(consumer.server.isMember).toBe(true), {within: 60000}); log('member')
  await consumer.close(); log('closed')
}, 120000)

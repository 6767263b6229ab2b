import { Logger } from '@nestjs/common'
import { it, expect } from 'vitest'
import { execSync } from 'node:child_process'
import { eventually } from '#testing'
import { startKafka } from './kafka.js'
import { approvals, startConsumer } from './consumer.js'
import { sent, userApprove } from './records.js'
Logger.overrideLogger(['warn', 'error', 'log', 'debug'])
const kafka = await startKafka()
it('hang', async () => {
  const t0 = performance.now()
  const log = (s: string) => console.log(((performance.now() - t0) / 1000).toFixed(2), s)
  const seen: string[] = []
  const consumer = await startConsumer({
    broker: kafka.address,
    controllers: [
      approvals(async (m) => {
        seen.push(...m.map(({ name }) => name))
      }),
    ],
  })
  await eventually(() => expect(consumer.server.isMember).toBe(true))
  log('member')
  const port = kafka.address.split(':')[1]
  const id = execSync(`docker ps -q --filter publish=${port}`).toString().trim()
  log('container ' + id)
  execSync(`docker pause ${id}`)
  log('paused')
  await eventually(() => expect(consumer.server.isMember).toBe(false), { within: 100000 }).catch(
    () => log('still member'),
  )
  log('no member')
  execSync(`docker unpause ${id}`)
  log('unpaused')
  await eventually(() => expect(consumer.server.isMember).toBe(true), { within: 60000 })
  log('member')
  await kafka.send('user-approve', 3, [sent(userApprove('x'))])
  await eventually(() => expect(seen).toContain('x'), { within: 60000 })
  log('handled')
  execSync(`docker pause ${id}`)
  log('paused')
  await consumer.close()
  log('closed')
  execSync(`docker unpause ${id}`)
}, 300000)

import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Controller, Get } from '@nestjs/common'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createTestApp } from '../../test/create-test-app.js'
import { PIPELINE_LIMIT } from './limits.js'

const REQUEST = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'
const LAST_REQUEST = 'GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

async function start() {
  const begun = vi.fn<() => void>()
  const answer = Promise.withResolvers<string>()

  @Controller()
  class SlowController {
    @Get('slow')
    slow(): Promise<string> {
      begun()
      return answer.promise
    }
  }

  const app = await createTestApp({ controllers: [SlowController] })
  await app.listen(0, '127.0.0.1')
  const port = Number(new URL(await app.getUrl()).port)
  const send = async (requests: string) => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    socket.write(requests)
    return socket
  }
  return { begun, answer, send }
}

const statusesIn = (answers: string) =>
  [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))
const times = (count: number) => Array<number>(count).fill(200)

it('requests are all answered, as many as may wait', async () => {
  const { begun, answer, send } = await start()
  const socket = await send(REQUEST.repeat(PIPELINE_LIMIT - 1) + LAST_REQUEST)
  await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(PIPELINE_LIMIT))
  answer.resolve('late')
  expect(statusesIn(await text(socket))).toEqual(times(PIPELINE_LIMIT))
})

it('one more is answered with 429, and nothing after it is begun', async () => {
  const { begun, answer, send } = await start()
  const socket = await send(REQUEST.repeat(PIPELINE_LIMIT + 5))
  await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(PIPELINE_LIMIT))
  answer.resolve('late')
  expect(statusesIn(await text(socket))).toEqual([...times(PIPELINE_LIMIT), 429])
  expect(begun).toHaveBeenCalledTimes(PIPELINE_LIMIT)
})

it('those that are answered make room', async () => {
  const { answer, send } = await start()
  answer.resolve('soon')
  const socket = await send('')
  for (let asked = 0; asked < 3 * PIPELINE_LIMIT; asked += 1) {
    socket.write(REQUEST)
    await once(socket, 'data')
  }
  socket.write(LAST_REQUEST)
  expect(statusesIn(await text(socket))).toEqual([200])
})

it('a flood ends the connection at once', async () => {
  const { begun, send } = await start()
  const socket = await send(REQUEST.repeat(1_000))
  // It may be reset.
  expect(await text(socket).catch(() => '')).toBe('')
  expect(begun).toHaveBeenCalledTimes(PIPELINE_LIMIT)
})

import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { Controller, Get } from '@nestjs/common'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTestApp } from '../../test/create-test-app.js'
import { HTTP_TIMEOUTS } from './limits.js'

/** More than the system keeps for a client that does not read. */
const LARGE = 32 * 1024 * 1024

const HASTY = { ...HTTP_TIMEOUTS, unread: 500, keepAlive: 50 }

@Controller()
class AnswersController {
  @Get('large')
  large(): string {
    return 'x'.repeat(LARGE)
  }

  @Get('late')
  async late(): Promise<string> {
    await sleep(4 * HASTY.unread)
    return 'late'
  }
}

async function start() {
  const app = await createTestApp({ controllers: [AnswersController] }, HASTY)
  await app.listen(0, '127.0.0.1')
  const server: Server = app.getHttpServer()
  const port = Number(new URL(await app.getUrl()).port)
  const send = async (request: string) => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(request)
    return socket
  }
  const connections = () =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
  return { send, connections }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

describe('what Node has no answer for', () => {
  it.each([
    ['another expectation', 'GET /late HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n', 417],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n', 404],
  ])('is answered with a problem: %s', async (_what, request, status) => {
    const answer = await text(await (await start()).send(request))
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).toContain('Content-Type: application/problem+json')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status })
  })
})

describe('a connection', () => {
  it('on which the client takes nothing of its answer is closed', async () => {
    const { send, connections } = await start()
    const socket = await send(get('/large'))
    await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 5_000 })
    expect((await text(socket)).length).toBeLessThan(LARGE)
  })

  it('on which the client takes its answer is not', async () => {
    const { send } = await start()
    expect((await text(await send(get('/large')))).length).toBeGreaterThan(LARGE)
  })

  it('that waits for its answer is not closed, however long that takes', async () => {
    const { send } = await start()
    expect(await text(await send(get('/late')))).toContain('late')
  })

  it('is closed when nothing more is asked on it', async () => {
    const { send } = await start()
    expect(await text(await send(get('/nothing')))).toContain('HTTP/1.1 404 ')
  })
})

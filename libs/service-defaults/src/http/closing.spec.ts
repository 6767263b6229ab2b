import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Controller, Get, Sse } from '@nestjs/common'
import { Subject } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTestApp } from '../../test/create-test-app.js'
import { HTTP_TIMEOUTS, type HttpTimeouts } from './limits.js'
import type { ServiceAdapter } from './service-adapter.js'

async function start(timeouts?: HttpTimeouts) {
  const arrived = vi.fn<() => void>()
  const answer = Promise.withResolvers<string>()
  const events = new Subject<{ data: string }>()

  @Controller()
  class SlowController {
    @Get('slow')
    slow(): Promise<string> {
      arrived()
      return answer.promise
    }

    @Sse('events')
    events(): Subject<{ data: string }> {
      arrived()
      return events
    }
  }

  const app = await createTestApp({ controllers: [SlowController] }, timeouts)
  await app.listen(0, '127.0.0.1')
  const port = Number(new URL(await app.getUrl()).port)
  const open = async (request: string) => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    socket.write(request)
    return socket
  }
  const close = async () => {
    const closed = app.close()
    await vi.waitFor(() => expect(app.getHttpServer().listening).toBe(false))
    return { closed }
  }
  const drain = () => (app.getHttpAdapter() as unknown as ServiceAdapter).drain()
  return { arrived, answer, events, open, close, drain }
}

const ANY = 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'
const SLOW = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'

describe('before the server closes', () => {
  it('a request on a connection kept alive is answered, and that is the end of the connection', async () => {
    const { open, drain } = await start()
    const socket = await open(ANY)
    await once(socket, 'readable')
    const drained = drain()
    socket.write(ANY)
    const received = (await text(socket)).split('HTTP/1.1 ')
    expect(received).toHaveLength(3)
    expect(received[2]).toContain('404 Not Found')
    expect(received[2]?.toLowerCase()).toContain('connection: close')
    await drained
  })

  it('new connections are refused', async () => {
    const { open, drain } = await start()
    await once(await open(ANY), 'readable')
    const drained = drain()
    await expect(open(ANY)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await drained
  })

  it('nobody is waited for where nobody is connected', async () => {
    const { drain } = await start({ ...HTTP_TIMEOUTS, draining: 60_000 })
    await drain()
  })

  it('who is connected and sends nothing is not waited for much longer', async () => {
    const { open, drain } = await start({ ...HTTP_TIMEOUTS, draining: 50 })
    await once(await open(ANY), 'readable')
    await drain()
  })
})

describe('while the server closes', () => {
  it('a request in flight is answered, and its connection closed', async () => {
    const { arrived, answer, open, close } = await start()
    const socket = await open(SLOW)
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled())
    const { closed } = await close()
    answer.resolve('late')
    const received = await text(socket)
    expect(received).toContain('HTTP/1.1 200 OK')
    expect(received.toLowerCase()).toContain('connection: close')
    expect(received).toContain('late')
    await closed
  })

  it('a request that arrives on a connection kept alive is 503', async () => {
    const { open, close } = await start()
    const socket = await open('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'readable')
    socket.write('GET /slow HTTP/1.1\r\n')
    // The server has seen the beginning once it has answered another connection that came after it.
    await once(await open('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'), 'readable')
    const { closed } = await close()
    socket.write('Host: x\r\n\r\n')
    const received = (await text(socket)).split('HTTP/1.1 ')
    expect(received).toHaveLength(3)
    expect(received[2]).toContain('503 Service Unavailable')
    expect(received[2]?.toLowerCase()).toContain('connection: close')
    expect(received[2]?.toLowerCase()).toContain('retry-after: ')
    expect(received[2]).toContain('application/problem+json')
    await closed
  })

  it('an idle connection is closed at once', async () => {
    const { open, close } = await start()
    const socket = await open('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'readable')
    const { closed } = await close()
    await expect(text(socket)).resolves.toBeDefined()
    await closed
  })

  it('a connection is closed when the stream on it ends', async () => {
    const { arrived, events, open, close } = await start()
    const socket = await open('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled())
    await once(socket, 'readable')
    const { closed } = await close()
    events.next({ data: 'last' })
    events.complete()
    expect(await text(socket)).toContain('data: last')
    await closed
  })

  it('an answer that takes too long is given up', async () => {
    const { arrived, open, close } = await start({ ...HTTP_TIMEOUTS, closing: 50 })
    const socket = await open(SLOW)
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled())
    const { closed } = await close()
    await closed
    await expect(text(socket)).resolves.toBe('')
  })
})

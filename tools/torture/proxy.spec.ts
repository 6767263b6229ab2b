import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../processes/ports.ts'
import { Proxy } from './proxy.ts'

let echo: Server
let proxy: Proxy

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket))
  const [target, port] = [await freePort(), await freePort()]
  await once(echo.listen(target, '127.0.0.1'), 'listening')
  proxy = new Proxy(port, target)
  await proxy.listen()
  onTestFinished(async () => {
    await proxy.cut()
    echo.close()
  })
})

async function client(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  await once(socket, 'connect')
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Sends a text and waits for as much to come back. @returns it, and after how many milliseconds */
async function ask(socket: Socket, text: string): Promise<{ answer: string; after: number }> {
  const askedAt = performance.now()
  let answer = ''
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.on('data', (bytes) => {
    answer += String(bytes)
    if (answer.length >= text.length) resolve()
  })
  socket.write(text)
  await promise
  return { answer, after: performance.now() - askedAt }
}

describe('A proxy', () => {
  it('hands on what is sent, all of it and in order', async () => {
    const text = Array.from({ length: 200_000 }, (_, index) => index).join(' ')
    expect((await ask(await client(), text)).answer).toBe(text)
  })

  it('hands on the end of what is sent', async () => {
    const socket = await client()
    socket.end('the last words')
    const [bytes] = await Promise.all([once(socket, 'data'), once(socket, 'close')])
    expect(String(bytes)).toBe('the last words')
  })

  it('cut, resets connections and refuses new ones', async () => {
    const socket = await client()
    await ask(socket, 'before')
    const reset = once(socket, 'error')
    await proxy.cut()
    expect(await reset).toEqual([expect.objectContaining({ code: 'ECONNRESET' })])
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('mended, takes connections at the same port again', async () => {
    await proxy.cut()
    await proxy.mend()
    expect((await ask(await client(), 'again')).answer).toBe('again')
  })

  it('slow, delays each way, on connections that are open, too', async () => {
    const socket = await client()
    proxy.slow({ delay: 100, bytesPerSecond: 1_000_000 })
    expect((await ask(socket, 'there and back')).after).toBeGreaterThan(190)
  })

  it('slow, lets so many bytes through in a second', async () => {
    proxy.slow({ delay: 0, bytesPerSecond: 100_000 })
    const { answer, after } = await ask(await client(), 'x'.repeat(20_000))
    expect(answer).toHaveLength(20_000)
    expect(after).toBeGreaterThan(380)
  })

  it('stalled, keeps everything back until it is mended', async () => {
    const socket = await client()
    proxy.stall()
    const asked = ask(socket, 'patience')
    expect(await Promise.race([asked, sleep(100)])).toBeUndefined()
    await proxy.mend()
    expect((await asked).answer).toBe('patience')
  })

  it('resets the client of a server that refuses', async () => {
    echo.close()
    await once(echo, 'close')
    const socket = await client()
    expect(await once(socket, 'error')).toEqual([expect.objectContaining({ code: 'ECONNRESET' })])
  })
})

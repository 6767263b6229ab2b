import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

import { afterAll } from 'vitest'

/** The line between a client and its server, for outages at a chosen instant. */
export interface Wire {
  /** The server's address by this line. */
  readonly uri: string
  /** Breaks all connections, and refuses new ones. */
  cut(): void
  /** Does so when the server has been sent this word: it gets the request, and its answer is lost. */
  cutAfter(word: string): void
  /** Lets requests through, and no answers: what a server looks like that hangs. */
  silence(): void
  mend(): void
}

/** To be called at the top of a test file. @param uri the server's address, with a port */
export async function layWire(uri: string): Promise<Wire> {
  const { port } = new URL(uri)
  const open = new Set<Socket>()
  let state: 'whole' | 'cut' | 'silent' = 'whole'
  let last: string | undefined
  const cut = () => {
    state = 'cut'
    for (const socket of open) socket.destroy()
  }
  const join = (client: Socket, server: Socket) => {
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (bytes) => {
      const isLast = last !== undefined && bytes.includes(last)
      server.write(bytes, () => isLast && setImmediate(cut))
    })
    server.on('data', (bytes) => {
      if (state === 'whole') client.write(bytes)
    })
  }
  const listener = createServer((client) => {
    if (state === 'cut') client.destroy()
    else join(client, connect(Number(port), '127.0.0.1'))
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  afterAll(() => {
    cut()
    listener.close()
  })
  return {
    uri: uri.replace(`:${port}`, `:${(listener.address() as AddressInfo).port}`),
    cut,
    cutAfter: (word) => (last = word),
    silence: () => (state = 'silent'),
    mend: () => {
      state = 'whole'
      last = undefined
    },
  }
}

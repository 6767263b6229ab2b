import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How slow a network is. */
export interface Pace {
  /** Milliseconds before what was sent goes on, each way. */
  delay: number
  bytesPerSecond: number
}

type State =
  | { is: 'whole' }
  | { is: 'cut' }
  | { is: 'slow'; pace: Pace }
  | { is: 'stalled'; mended: Promise<void>; mend: () => void }

/** The network between one client and one server: a port that leads to another one, and can be harmed. */
export class Proxy {
  private state: State = { is: 'whole' }
  private readonly open = new Set<Socket>()
  private readonly server = createServer({ allowHalfOpen: true }, (client) => this.join(client))
  readonly port: number
  private readonly target: number

  /** @param target the server's port; both are on loopback */
  constructor(port: number, target: number) {
    this.port = port
    this.target = target
  }

  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
  }

  /** Resets all connections and refuses new ones. */
  async cut(): Promise<void> {
    this.enter({ is: 'cut' })
    const closed = new Promise((resolve) => this.server.close(resolve))
    for (const socket of this.open) socket.resetAndDestroy()
    await closed
  }

  /** Everything takes longer, on connections that are there, too. */
  slow(pace: Pace): void {
    this.enter({ is: 'slow', pace })
  }

  /** Nothing comes through, and nobody is told: what is sent arrives when it is mended. */
  stall(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.enter({ is: 'stalled', mended: promise, mend: resolve })
  }

  async mend(): Promise<void> {
    const wasCut = this.state.is === 'cut'
    this.enter({ is: 'whole' })
    if (wasCut) await this.listen()
  }

  private enter(state: State): void {
    if (this.state.is === 'stalled') this.state.mend()
    this.state = state
  }

  private join(client: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true)
      this.open.add(socket)
      // What ends a socket shows in its end.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.open.delete(socket)
        if (!socket.readableEnded) other.resetAndDestroy()
      })
      void this.carry(socket, other)
    }
  }

  /** Hands on what comes, in order; meanwhile no more is taken than a socket holds. */
  private async carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        await this.hold(bytes.length)
        if (!to.write(bytes)) await once(to, 'drain')
      }
      to.end()
    } catch {
      // One of the two was reset, and so is the other.
    }
  }

  private async hold(bytes: number): Promise<void> {
    while (this.state.is === 'stalled') await this.state.mended
    if (this.state.is !== 'slow') return
    const { delay, bytesPerSecond } = this.state.pace
    await sleep(delay + (bytes / bytesPerSecond) * 1_000)
  }
}

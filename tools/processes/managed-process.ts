import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'

/** Where the output of a process goes: appended to a file, to the terminal, or line by line to a function. */
export type Output = { file: string } | 'terminal' | ((line: string) => void)

export interface ProcessOrder {
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  output: Output
  /** Opens a channel to a Node process, and is given what that says there. */
  onMessage?: (message: unknown) => void
  /** How it is asked to end, made to, and tidied up after, where signals do not do it (a container). */
  ending?: { ask: () => Promise<void>; force: () => Promise<void>; tidy: () => Promise<void> }
}

export interface Exit {
  /** As a shell gives it: 128 and the signal's number when a signal ended it. */
  code: number
  /** It had not ended in time when it was asked to. */
  forced: boolean
}

/** A child in a process group of its own, which the terminal's Ctrl-C does not reach. */
export class ManagedProcess {
  readonly name: string
  readonly pid: number
  readonly exited: Promise<Exit>
  private readonly order: ProcessOrder
  private readonly child: ChildProcess
  private forced = false

  private constructor(order: ProcessOrder, child: ChildProcess, pid: number) {
    this.order = order
    this.child = child
    this.name = order.name
    this.pid = pid
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const bySignal = signal === null ? 0 : 128 + constants.signals[signal]
        const exit = () => resolve({ code: code ?? bySignal, forced: this.forced })
        if (order.ending) void order.ending.tidy().finally(exit)
        else exit()
      })
    })
  }

  /**
   * The pid is known, and can be recorded, before anything else happens.
   *
   * @throws Failure when the command cannot be run
   */
  static spawn(order: ProcessOrder): ManagedProcess {
    const { stdio, release } = stdioOf(order.output, order.onMessage !== undefined)
    const child = spawn(order.command, order.args, {
      detached: true,
      stdio,
      ...(order.env && { env: order.env }),
      ...(order.cwd && { cwd: order.cwd }),
    })
    release()
    // The error also shows in the missing pid; without a listener it would end this process.
    child.on('error', () => {})
    if (child.pid === undefined) {
      throw new Failure(`${order.name} cannot be started: there is no "${order.command}" to run.`)
    }
    if (typeof order.output === 'function') forEachLine(child, order.output)
    if (order.onMessage) child.on('message', order.onMessage)
    return new ManagedProcess(order, child, child.pid)
  }

  /** Asks it to end and, when it has not after `withinMs`, ends it. */
  async stop(withinMs: number): Promise<Exit> {
    if (this.hasEnded) return this.exited
    if (this.order.ending) void this.order.ending.ask()
    else {
      this.signal('SIGTERM')
      // One that is stopped (SIGSTOP) would not hear of it.
      this.signal('SIGCONT')
    }
    const inTime = await Promise.race([this.exited, sleep(withinMs, undefined, { ref: false })])
    if (inTime === undefined) {
      this.forced = true
      return this.kill()
    }
    // Children that it left behind are in its group.
    this.signal('SIGKILL', -this.pid)
    return inTime
  }

  /** SIGKILL to its whole group. */
  async kill(): Promise<Exit> {
    await this.order.ending?.force()
    this.signal('SIGKILL', -this.pid)
    return this.exited
  }

  /** SIGKILL to its whole group, without waiting for anything. */
  killNow(): void {
    void this.order.ending?.force()
    this.signal('SIGKILL', -this.pid)
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Over the channel; what the process is not there to hear is lost. */
  send(message: object): void {
    if (this.child.connected) this.child.send(message, () => {})
  }

  /** To it, or to its group (the negative pid). One that has ended hears nothing: its pid may be another one's by now. */
  signal(signal: NodeJS.Signals, target = this.pid): void {
    if (this.hasEnded && target === this.pid) return
    try {
      process.kill(target, signal)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

function stdioOf(
  output: Output,
  hasChannel: boolean,
): { stdio: StdioOptions; release: () => void } {
  const channel = hasChannel ? ['ipc' as const] : []
  if (output === 'terminal') {
    return { stdio: ['inherit', 'inherit', 'inherit', ...channel], release: () => {} }
  }
  if (typeof output === 'function') {
    return { stdio: ['ignore', 'pipe', 'pipe', ...channel], release: () => {} }
  }
  mkdirSync(dirname(output.file), { recursive: true })
  const file = openSync(output.file, 'a')
  return { stdio: ['ignore', file, file, ...channel], release: () => closeSync(file) }
}

function forEachLine(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine)
  }
}

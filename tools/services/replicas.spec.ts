import { describe, expect, it, vi } from 'vitest'
import { freePort } from '../processes/ports.ts'
import { findProcess, isRunning } from '../processes/process-identity.mjs'
import { Replicas } from './replicas.ts'
import { sampleProgram } from './sample-program.ts'

/** Answers with its pid, and takes a moment to end when it is told to. */
const program = `
import { createServer } from 'node:http'
createServer((_, answer) => answer.end(String(process.pid))).listen(process.env.PORT, '127.0.0.1')
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 200))
`
const name = 'user-approval-service'
const soon = { timeout: 15_000, interval: 20 }

async function start(count: number) {
  const shared = sampleProgram(program)
  const [port, changed] = [await freePort(), vi.fn<() => void>()]
  const replicas = new Replicas(name, { ...shared, port, changed })
  await Promise.all((await replicas.start(count)).map((service) => service.ready()))
  replicas.supervise()
  return { replicas, roster: shared.roster, port, changed }
}

const labels = ({ processes }: Replicas) => processes.map(({ label }) => label)
const pids = ({ processes }: Replicas) => processes.map(({ pid }) => pid)
const areReady = ({ processes }: Replicas) => processes.map(({ ready }) => ready)
const identityOf = (pid: number) => ({ pid, startedAt: findProcess(pid)?.startedAt ?? '' })

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(500) }).catch(() => undefined)
  return answer?.status === 200
}

describe('The replicas of a service', () => {
  it('are added at free ports, beside the first one at the known port, and told of once they are ready', async () => {
    const { replicas, port, changed } = await start(1)
    replicas.scaleTo(3)
    expect(replicas.wanted).toBe(3)
    await expect.poll(() => areReady(replicas), soon).toEqual([true, true, true])
    expect(labels(replicas)).toEqual([1, 2, 3].map((number) => `${name}-${number}`))
    const urls = replicas.processes.map(({ url }) => url)
    expect(urls[0]).toBe(`http://127.0.0.1:${port}`)
    expect(new Set(urls).size).toBe(3)
    expect(changed).toHaveBeenCalled()
  })

  it('are removed newest first, end by themselves, and stay away', async () => {
    const { replicas } = await start(3)
    const [first, second, third] = pids(replicas).map(identityOf)
    replicas.scaleTo(1)
    expect(labels(replicas)).toEqual([`${name}-1`])
    await expect.poll(() => isRunning(second!) || isRunning(third!), soon).toBe(false)
    // Longer than the pause before one is started again.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(pids(replicas)).toEqual([first!.pid])
    expect(isRunning(first!)).toBe(true)
  })

  it('are started again at the same port when they are killed', async () => {
    const { replicas } = await start(2)
    const [, before] = replicas.processes
    process.kill(before!.pid, 'SIGKILL')
    await expect.poll(() => areReady(replicas), soon).toEqual([true, false])
    await expect.poll(() => areReady(replicas), soon).toEqual([true, true])
    const [, after] = replicas.processes
    expect(after).toMatchObject({ label: before!.label, url: before!.url })
    expect(after!.pid).not.toBe(before!.pid)
  })

  it('are started again once, also those that were added before they were supervised', async () => {
    const { replicas, roster } = await start(1)
    replicas.scaleTo(2)
    replicas.supervise()
    await expect.poll(() => areReady(replicas), soon).toEqual([true, true])
    const launch = vi.spyOn(roster, 'launch')
    process.kill(pids(replicas)[1]!, 'SIGKILL')
    await expect.poll(() => areReady(replicas), soon).toEqual([true, false])
    await expect.poll(() => areReady(replicas), soon).toEqual([true, true])
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(launch).toHaveBeenCalledTimes(1)
  })

  it('are not started again when they are removed after they were killed', async () => {
    const { replicas } = await start(2)
    const killed = pids(replicas)[1]!
    process.kill(killed, 'SIGKILL')
    await expect.poll(() => areReady(replicas), soon).toEqual([true, false])
    replicas.scaleTo(1)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(labels(replicas)).toEqual([`${name}-1`])
  })

  it('answer nothing while they are paused, those added meanwhile neither, and then go on', async () => {
    const { replicas } = await start(2)
    const before = pids(replicas)
    replicas.pause(true)
    expect(replicas.isPaused).toBe(true)
    expect(areReady(replicas)).toEqual([false, false])
    replicas.scaleTo(3)
    await expect.poll(() => replicas.processes.length, soon).toBe(3)
    for (const { url } of replicas.processes) expect(await answers(url)).toBe(false)
    replicas.pause(false)
    await expect.poll(() => areReady(replicas), soon).toEqual([true, true, true])
    expect(pids(replicas).slice(0, 2)).toEqual(before)
  })

  it('end while they are paused when they are removed, and when all is stopped', async () => {
    const { replicas, roster } = await start(2)
    const [first, second] = pids(replicas).map(identityOf)
    replicas.pause(true)
    replicas.scaleTo(1)
    await expect.poll(() => isRunning(second!), soon).toBe(false)
    expect(isRunning(first!)).toBe(true)
    await roster.stopAll()
    expect(isRunning(first!)).toBe(false)
  })

  it('begin at the known port again after there were none', async () => {
    const { replicas, port } = await start(1)
    const [before] = pids(replicas)
    replicas.scaleTo(0)
    expect(replicas.processes).toEqual([])
    replicas.scaleTo(1)
    await expect.poll(() => areReady(replicas), soon).toEqual([true])
    const [after] = replicas.processes
    expect(after).toMatchObject({ label: `${name}-1`, url: `http://127.0.0.1:${port}` })
    expect(after!.pid).not.toBe(before)
  })
})

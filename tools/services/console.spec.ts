import { expect, test } from 'vitest'
import type { FromLauncher, ToLauncher } from '../../apps/console/src/console.api.ts'
import { freePort } from '../processes/ports.ts'
import { ConsoleProcess } from './console.ts'
import { Replicas } from './replicas.ts'
import { sampleProgram } from './sample-program.ts'
import { forEachService } from './service-names.ts'

/** Shows what it was told last, and asks for whatever is posted to it. */
const program = `
import { createServer } from 'node:http'
let told
process.on('message', (message) => (told = message))
createServer((request, answer) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    if (body) process.send(JSON.parse(body))
    answer.end(JSON.stringify({ pid: process.pid, told }))
  })
}).listen(process.env.PORT, '127.0.0.1')
`
const name = 'user-approval-service'
const soon = { timeout: 15_000, interval: 20 }

async function start() {
  const shared = sampleProgram(program)
  const port = await freePort()
  const replicas = forEachService(
    (service) => new Replicas(service, { ...shared, port, changed: () => consoleProcess.tell() }),
  )
  const consoleProcess = new ConsoleProcess(replicas, { ...shared, port: await freePort() })
  const service = await consoleProcess.start()
  await service.ready()
  consoleProcess.supervise()
  const ask = async (order?: ToLauncher | object): Promise<{ pid: number; told: FromLauncher }> => {
    const body = order && { method: 'POST', body: JSON.stringify(order) }
    return (await (await fetch(service.url, body)).json()) as { pid: number; told: FromLauncher }
  }
  const toldOf = async () => (await ask()).told.services[name]
  return { ask, toldOf }
}

test('the console is told which processes there are, and gets those that it asks for', async () => {
  const { ask, toldOf } = await start()
  await expect.poll(toldOf, soon).toEqual({ wanted: 0, paused: false, processes: [] })
  await ask({ ask: 'replicas', service: name, count: 2 })
  const ready = { label: expect.stringContaining(name), url: expect.any(String), ready: true }
  await expect.poll(toldOf, soon).toEqual({ wanted: 2, paused: false, processes: [ready, ready] })
  await ask({ ask: 'pause', service: name, paused: true })
  const stopped = { ...ready, ready: false }
  await expect
    .poll(toldOf, soon)
    .toEqual({ wanted: 2, paused: true, processes: [stopped, stopped] })
})

test('a console that was killed is started again and told anew', async () => {
  const { ask, toldOf } = await start()
  await ask({ ask: 'replicas', service: name, count: 1 })
  await expect.poll(async () => (await toldOf()).processes[0]?.ready, soon).toBe(true)
  const { pid } = await ask()
  process.kill(pid, 'SIGKILL')
  await expect
    .poll(
      () =>
        ask().then(
          (after) => after.pid !== pid,
          () => false,
        ),
      soon,
    )
    .toBe(true)
  await expect.poll(async () => (await toldOf()).processes[0]?.ready, soon).toBe(true)
})

test('what is no order is not carried out, and ends nobody', async () => {
  const { ask, toldOf } = await start()
  const rubbish = [
    { ask: 'replicas', service: 'nobody', count: 1 },
    { ask: 'replicas', service: name, count: -1 },
    { ask: 'pause', service: name, paused: 'yes' },
    { ask: 'end', service: name },
  ]
  for (const order of rubbish) await ask(order)
  await ask({ ask: 'replicas', service: name, count: 1 })
  await expect.poll(toldOf, soon).toMatchObject({ wanted: 1, paused: false })
})

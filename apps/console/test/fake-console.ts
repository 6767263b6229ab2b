import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Controls, Decision, Live, Sample } from '../src/console.api.js'
import { scalerFacts, Story } from './story.ts'

const PUBLIC = new URL('../public/', import.meta.url)
const ECHARTS = new URL('../../../node_modules/echarts/dist/echarts.esm.min.js', import.meta.url)

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** As strict as it gets: what the page does under it, it does everywhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What was asked for. */
export interface Asked {
  call: string
  body: unknown
}

interface Refusal {
  status: number
  problem: Record<string, unknown>
}

/** The console's contract without a system: its page, and a story that goes on when told to. */
export class FakeConsole {
  readonly asked: Asked[] = []
  readonly story: Story
  /** Calls that are refused, by method and path. */
  readonly refusals = new Map<string, Refusal>()
  /** While it is set, changes are answered only once it is over. */
  hold: Promise<void> | undefined
  #samples: Sample[] = []
  #decisions: Decision[] = []
  #listeners = new Set<ServerResponse>()
  #server = createServer((request, response) => void this.#answer(request, response))
  #port = 0

  constructor(story: Story) {
    this.story = story
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens; a second time, on the same port as before. */
  async start(port = this.#port): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    this.#listeners.clear()
    await closed
  }

  /** Seconds go by, and whoever listens is told. */
  tick(seconds = 1): void {
    for (let second = 0; second < seconds; second++) {
      const { sample, decision } = this.story.tick()
      this.tell(sample)
      if (!decision) continue
      this.#decisions.push(decision)
      this.#emit('decision', decision)
      if (decision.current !== decision.replicas) this.#emit('controls', this.story.controls)
    }
  }

  /** A sample that the story does not have. */
  tell(sample: Sample): void {
    this.#samples.push(sample)
    this.#emit('sample', sample)
  }

  get live(): Live {
    return {
      controls: this.story.controls,
      scaler: scalerFacts,
      samples: this.#samples.slice(-600),
      decisions: this.#decisions.slice(-100),
    }
  }

  #emit(event: string, data: unknown): void {
    for (const listener of this.#listeners) write(listener, event, data)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname
    if (path === '/api/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      write(response, 'start', this.live)
      this.#listeners.add(response)
      response.on('close', () => this.#listeners.delete(response))
    } else if (path === '/api/live.json') json(response, 200, this.live)
    else if (path.startsWith('/api/')) await this.#change(request, path, response)
    else await serve(path, response)
  }

  async #change(request: IncomingMessage, path: string, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${path}`
    const body = await bodyOf(request)
    this.asked.push({ call, body })
    await this.hold
    const refusal = this.refusals.get(call)
    if (refusal) return json(response, refusal.status, refusal.problem, 'application/problem+json')
    const { controls } = this.story
    if (call === 'POST /api/users') {
      const id = '019a9f00-0000-7000-8000-000000000001'
      response.setHeader('location', `http://127.0.0.1:3000/operations/${id}`)
      return json(response, 202, { id, type: 'user-create', state: 'pending', data: body })
    }
    if (call === 'POST /api/poison') this.story.poison()
    else if (call === 'PUT /api/load') controls.load = body as Controls['load']
    else if (call === 'PUT /api/scaler') controls.scaler = body as Controls['scaler']
    else if (call === 'PUT /api/approval') controls.approval = body as Controls['approval']
    else if (call === 'PUT /api/replicas') {
      const { service, count } = body as { service: keyof Controls['replicas']; count: number }
      controls.replicas[service] = count
    } else return json(response, 404, {})
    json(response, 200, controls)
    this.#emit('controls', controls)
  }
}

async function serve(path: string, response: ServerResponse): Promise<void> {
  const isKnown = /^\/[\w.-]*$/.test(path) || path === '/vendor/echarts.esm.min.js'
  if (!isKnown) return json(response, 404, {})
  const file = path.startsWith('/vendor/')
    ? ECHARTS
    : new URL(path === '/' ? 'index.html' : path.slice(1), PUBLIC)
  try {
    const content = await readFile(file)
    response.writeHead(200, {
      'content-type': MEDIA_TYPES[extname(file.pathname)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    })
    response.end(content)
  } catch {
    json(response, 404, {})
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type })
  response.end(JSON.stringify(body))
}

function write(listener: ServerResponse, event: string, data: unknown): void {
  listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** To look at the page without a system: `node apps/console/test/fake-console.ts`, in a story that is some minutes old. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fake = await played()
  await fake.start(Number(process.env['PORT'] ?? 3010))
  console.log(`Console: ${fake.url}`)
  setInterval(() => fake.tick(), 1_000)
}

/** The second act so far: the load grows in steps, somebody breaks things, then it ends. */
export async function played(): Promise<FakeConsole> {
  const steps: [seconds: number, usersPerSecond: number][] = [
    [30, 0],
    [90, 4],
    [60, 15],
    [90, 30],
    [120, 45],
  ]
  const total = steps.reduce((sum, [seconds]) => sum + seconds, 0)
  const story = new Story(new Date(Date.now() - total * 1_000))
  const fake = new FakeConsole(story)
  for (const [seconds, usersPerSecond] of steps) {
    story.controls.load = { usersPerSecond }
    fake.tick(seconds)
    if (usersPerSecond === 15) story.poison()
  }
  return fake
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

interface Line {
  level: string
  message: string
  [field: string]: unknown
}

const inTest = (file: string) => fileURLToPath(new URL(`../../test/${file}`, import.meta.url))

/** The fixture as a process of its own, and the lines it has logged so far. */
class Fixture {
  readonly lines: Line[] = []
  private readonly process: ChildProcess

  constructor(env: Record<string, string> = {}) {
    const loader = inTest('typescript-loader.mjs')
    this.process = spawn(process.execPath, ['--import', loader, inTest('fixture-service.ts')], {
      env: { PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void this.process.kill('SIGKILL'))
    for (const input of [this.process.stdout, this.process.stderr]) {
      if (input === null) throw new Error('no pipe')
      createInterface({ input }).on('line', (line) => this.lines.push(parse(line)))
    }
  }

  async logged(message: string): Promise<Line> {
    return vi.waitFor(
      () => {
        const line = this.lines.find((each) => each.message === message)
        if (line === undefined) throw new Error(`not logged: ${message}`)
        return line
      },
      { timeout: 20_000 },
    )
  }

  async url(): Promise<string> {
    await this.logged('consumer begun')
    return String((await this.logged('listening'))['url'])
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  async exitCode(): Promise<unknown> {
    if (this.process.exitCode === null) await once(this.process, 'exit')
    return this.process.exitCode
  }
}

function parse(line: string): Line {
  try {
    return { level: 'none', message: line, ...JSON.parse(line) }
  } catch {
    return { level: 'none', message: line }
  }
}

describe('a service that gets SIGTERM', () => {
  it('answers the request in flight, then closes the consumers, and exits with 0', async () => {
    const fixture = new Fixture()
    const answer = fetch(`${await fixture.url()}/slow`)
    await fixture.logged('slow request begun')
    fixture.kill('SIGTERM')
    fixture.kill('SIGTERM')
    fixture.kill('SIGINT')
    expect((await answer).headers.get('connection')).toBe('close')
    expect(await (await answer).text()).toBe('answered')
    expect(await fixture.exitCode()).toBe(0)
    const messages = fixture.lines.map(({ message }) => message)
    expect(messages.slice(-2)).toEqual(['consumer closed', 'shut down'])
  })

  it('exits with 1 after the deadline and names the step that hangs', async () => {
    const fixture = new Fixture({ HANG: 'true', DEADLINE_MS: '300' })
    await fixture.url()
    fixture.kill('SIGTERM')
    expect(await fixture.exitCode()).toBe(1)
    expect(fixture.lines.at(-1)).toMatchObject({
      level: 'fatal',
      message: 'not shut down after 300 ms',
      pending: ['Clingy.beforeApplicationShutdown'],
    })
  })
})

describe('a service', () => {
  it('that crashes logs why and exits with 1', async () => {
    const fixture = new Fixture()
    await fetch(`${await fixture.url()}/crash`).catch(() => {})
    expect(await fixture.exitCode()).toBe(1)
    expect(fixture.lines.at(-1)).toMatchObject({
      level: 'fatal',
      message: 'a rejection nobody handled',
      error: { message: 'nobody waits for me' },
    })
  })

  it('whose port is in use says so in one line and exits with 1', async () => {
    const occupant = createServer().listen(0, '0.0.0.0')
    onTestFinished(() => void occupant.close())
    await once(occupant, 'listening')
    const address = occupant.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const fixture = new Fixture({ PORT: String(address.port), LOG_LEVEL: 'error' })
    expect(await fixture.exitCode()).toBe(1)
    expect(fixture.lines).toMatchObject([
      { level: 'fatal', message: `port ${address.port} is in use by another process` },
    ])
  })

  // On macOS 127.0.0.1 is the only loopback address.
  it.skipIf(process.platform === 'darwin')(
    'listens on all addresses, or on the one that it is told',
    async () => {
      const [all, loopback] = [new Fixture(), new Fixture({ LISTEN_HOST: '127.0.0.2' })]
      const elsewhere = new URL(await all.url())
      elsewhere.hostname = '127.0.0.3'
      expect((await fetch(new URL('/livez', elsewhere))).status).toBe(200)
      const there = new URL(await loopback.url())
      expect(there.hostname).toBe('127.0.0.2')
      expect((await fetch(new URL('/livez', there))).status).toBe(200)
      there.hostname = '127.0.0.3'
      await expect(fetch(new URL('/livez', there))).rejects.toThrow('fetch failed')
    },
  )

  it('that is told to listen on an address of nobody says so and exits with 1', async () => {
    // Of documentation (RFC 5737).
    const fixture = new Fixture({ LISTEN_HOST: '192.0.2.1', LOG_LEVEL: 'error' })
    expect(await fixture.exitCode()).toBe(1)
    expect(fixture.lines).toMatchObject([
      { level: 'fatal', message: '192.0.2.1 is no address of this machine' },
    ])
  })

  it('whose settings are wrong names all of them and exits with 1', async () => {
    const fixture = new Fixture({ PORT: 'x', HANG: 'perhaps' })
    expect(await fixture.exitCode()).toBe(1)
    expect(fixture.lines.map(({ message }) => message)).toEqual([
      'The settings are wrong:',
      expect.stringContaining('PORT is "x"'),
      expect.stringContaining('HANG is "perhaps"'),
    ])
  })
})

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { findChromium } from '../../../test/api/browser.js'
import { FakeConsole } from './fake-console.js'
import { animations, cutOff, focused, pixelsOf, textContrasts } from './page-probes.js'
import { Story } from './story.js'

const executablePath = findChromium()
const NO_BROWSER = 'no Chromium was found; install one, or set CHROME_PATH.'
/** Where pictures of the page are put, for somebody to look at. */
const pictures = process.env['SCREENSHOTS']
/** A browser on a busy machine takes its time. */
const TIMEOUT = 120_000
/** An interface of the machine came or went, as those of containers do: Chromium then drops what it is loading. */
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED'
const BEGIN = new Date('2026-01-02T03:04:05Z')

describe("The console's page", { timeout: TIMEOUT }, () => {
  let browser: Browser

  beforeAll(async () => {
    if (executablePath === undefined) {
      console.warn(`Skipped: ${NO_BROWSER}`)
      return
    }
    // Chromium's own sandbox does not work for root, or in most containers; the page is ours.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, TIMEOUT)
  afterAll(() => browser?.close())
  beforeEach(({ skip }) => {
    skip(executablePath === undefined, NO_BROWSER)
  })

  /** A page that has shown 40 seconds of 20 users a second; what goes wrong in it is kept. */
  async function open({
    options = {},
    prepare = () => {},
  }: { options?: BrowserContextOptions; prepare?: (fake: FakeConsole) => void } = {}) {
    const fake = new FakeConsole(new Story(BEGIN))
    fake.story.controls.load = { usersPerSecond: 20 }
    fake.tick(40)
    prepare(fake)
    await fake.start()
    onTestFinished(() => fake.stop())
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, ...options })
    onTestFinished(() => page.close())
    const faults: string[] = []
    page.on('console', (message) => {
      const isFault = ['error', 'warning'].includes(message.type())
      if (isFault && !message.text().includes(NETWORK_CHANGED)) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    await load(page, fake.url)
    return { fake, page, faults }
  }

  async function load(page: Page, url: string): Promise<void> {
    let isDropped = false
    page.on('requestfailed', (request) => {
      isDropped ||= request.failure()?.errorText.includes(NETWORK_CHANGED) ?? false
    })
    for (;;) {
      isDropped = false
      await page.goto(url)
      try {
        await page.locator('#connection', { hasText: 'Live' }).waitFor({ timeout: 20_000 })
        return
      } catch (error) {
        if (!isDropped) throw error
      }
    }
  }

  /** What a panel's table says of a line: the value now, the one wanted if there is one, and the highest. */
  const cells = async (page: Page, panel: string, line: string) => {
    const head = page.getByRole('rowheader', { name: line, exact: true })
    return page
      .locator(`#panel-${panel} tbody tr`)
      .filter({ has: head })
      .locator('td')
      .allInnerTexts()
  }

  const outcome = (page: Page, control: string) => page.locator(`#${control} .outcome`)

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
  }

  describe('shows', () => {
    it('what has happened before it was opened, and then each second', async () => {
      const { fake, page, faults } = await open()
      const before = fake.live.samples.at(-1)!
      const lag = async () => (await cells(page, 'lag', 'user-approve'))[0]
      await expect.poll(lag).toBe(String(before.lag!['user-approve']))

      fake.story.controls.load = { usersPerSecond: 200 }
      fake.tick(3)

      const now = fake.live.samples.at(-1)!
      expect(now.lag!['user-approve']).toBeGreaterThan(before.lag!['user-approve']!)
      await expect.poll(lag).toBe(String(now.lag!['user-approve']))
      expect((await cells(page, 'events', 'users accepted'))[0]).toBe(String(now.usersPerSecond))
      expect((await cells(page, 'nodes', 'nodes'))[0]).toBe(String(now.nodes))
      const { ready, wanted } = now.replicas['user-approval-service']
      expect(await cells(page, 'replicas', 'user-approval-service')).toEqual([
        String(ready),
        String(wanted),
        expect.any(String),
      ])
      expect(faults).toEqual([])
    })

    it('what was when and where the visitor points, in every table, and then again what is', async () => {
      const { page } = await open()
      const chart = page.locator('#panel-lag .chart')
      const when = page.locator('#panel-events thead th').nth(1)
      await chart.hover()
      await expect.poll(() => when.innerText()).toMatch(/^\d\d:\d\d:\d\d$/)
      await page.mouse.move(0, 0)
      await expect.poll(() => when.innerText()).toBe('now')
    })

    it('a service and the topic that it handles in one colour, in every chart', async () => {
      const { page } = await open()
      for (const chart of ['#panel-lag', '#panel-replicas']) {
        for (const property of ['--approval', '--operation']) {
          expect(await page.evaluate(pixelsOf, { chart, property }), chart).toBeGreaterThan(10)
        }
      }
    })

    it('that something is not known, and does not make a zero of it', async () => {
      const { fake, page } = await open()
      const sample = fake.live.samples.at(-1)!
      fake.tell({
        ...sample,
        at: new Date(Date.parse(sample.at) + 1_000).toISOString(),
        eventsPerSecond: null,
        lag: null,
        latency: null,
        books: null,
        deadLetters: null,
      })
      await page.locator('#panel-lag').getByText('unknown').first().waitFor()

      expect((await cells(page, 'events', 'events'))[0]).toBe('unknown')
      expect((await cells(page, 'latency', 'p99'))[0]).toBe('none finished')
      expect((await cells(page, 'dead-letters', 'dead letters'))[0]).toBe('unknown')
      expect(await page.locator('[data-fact=books] dd').innerText()).toBe('unknown')
      expect(await page.locator('.books .verdict').innerText()).toContain('does not tell')
      // The last ones stay, and are said to be the last ones.
      expect(await page.locator('[data-term=accepted] dd').innerText()).toBe(
        sample.books!.accepted.toLocaleString('en'),
      )
    })

    it('the books as an equation that balances', async () => {
      const { fake, page } = await open()
      const { accepted, completed, failed, pending } = fake.live.samples.at(-1)!.books!
      const terms = await page.locator('.equation dd').allInnerTexts()
      const wanted = [accepted, completed, failed, pending].map((term) => term.toLocaleString('en'))
      expect(terms).toEqual(wanted)
      expect(await page.locator('.books .verdict').innerText()).toBe('They balance.')
      expect(await page.locator('[data-fact=books] dd').innerText()).toBe('balanced')
    })

    it('that the books do not balance, by how many and which way', async () => {
      const { fake, page } = await open()
      const sample = fake.live.samples.at(-1)!
      const at = new Date(Date.parse(sample.at) + 1_000).toISOString()
      const books = { ...sample.books!, completed: sample.books!.completed - 3 }
      fake.tell({ ...sample, at, books })

      const verdict = page.locator('.verdict', { hasText: 'off by 3' })
      await verdict.waitFor()
      expect(await verdict.innerText()).toBe('They are off by 3: more accepted than told of.')
      expect(await page.locator('[data-fact=books] dd').innerText()).toBe('off by 3')
      expect(await page.locator('#announcements').innerText()).toBe('The books are off by 3.')
    })

    it('what the scaler decided and why; looks that changed nothing in one line, until asked for', async () => {
      const { fake, page } = await open()
      const { decisions } = fake.live
      const changes = decisions.filter(({ current, replicas }) => current !== replicas)
      const lines = page.locator('.decisions li')
      expect(changes.length).toBeGreaterThan(0)
      expect(await lines.count()).toBeLessThan(decisions.length)
      for (const { explanation } of changes) {
        expect(await lines.filter({ hasText: explanation }).count()).toBe(1)
      }

      await page.getByLabel('Show every look').check()

      expect(await lines.locator('p').allInnerTexts()).toEqual(
        decisions.toReversed().map(({ explanation }) => explanation),
      )
      fake.tick(5)
      await expect.poll(() => lines.count()).toBe(decisions.length + 1)
      const facts = await page.locator('#scaler .facts').innerText()
      expect(facts.replaceAll(/\s+/g, ' ')).toBe(
        'aims at 25 waiting a replica within 1 to 12 replicas looks every 5 s',
      )
    })

    it('dead letters when there are some, and says so', async () => {
      const { fake, page } = await open()
      const fact = page.locator('[data-fact=dead-letters] dd')
      expect(await fact.innerText()).toBe('none')
      fake.story.poison()
      fake.tick()
      await expect.poll(() => fact.innerText()).toBe('1')
      expect(await page.locator('#announcements').innerText()).toBe('1 dead letter now.')
    })
  })

  describe('asks for', () => {
    it('a user, and shows the operation and where to look at it', async () => {
      const { fake, page, faults } = await open()
      await page.getByLabel('Name').fill('alice')
      await page.getByLabel('E-mail').fill('a@example.org')
      await page.getByRole('button', { name: 'Create' }).click()

      const link = outcome(page, 'create-user').getByRole('link')
      await link.waitFor()
      expect(fake.asked).toEqual([
        { call: 'POST /api/users', body: { name: 'alice', email: 'a@example.org' } },
      ])
      expect(await outcome(page, 'create-user').innerText()).toMatch(
        /^Accepted, pending: operation/,
      )
      const id = await link.innerText()
      expect(await link.getAttribute('href')).toBe(`http://127.0.0.1:3000/operations/${id}`)
      expect(faults).toEqual([])
    })

    it('load at the rate that the slider or the number says, and for none', async () => {
      const { fake, page } = await open()
      await page.getByLabel('slider').fill('50')
      await page.getByRole('button', { name: 'Change' }).click()
      await outcome(page, 'load').getByText('50 users a second are asked for.').waitFor()
      await page.getByRole('button', { name: 'Stop' }).click()
      await outcome(page, 'load').getByText('The load is off.').waitFor()
      await page.getByLabel('users/s').fill('2.5')
      await page.getByRole('button', { name: 'Start' }).click()
      await outcome(page, 'load').getByText('2.5 users a second are asked for.').waitFor()

      expect(fake.asked.map(({ body }) => body)).toEqual([
        { usersPerSecond: 50 },
        { usersPerSecond: 0 },
        { usersPerSecond: 2.5 },
      ])
      expect(await page.locator('[data-fact=load] dd').innerText()).toBe('2.5 users/s')
    })

    it('no load that is too much, negative or no number, and says what it may be', async () => {
      const { fake, page } = await open()
      for (const rate of ['500.5', '-1', '']) {
        await page.getByLabel('users/s').fill(rate)
        await page.getByRole('button', { name: 'Change' }).click()
        await outcome(page, 'load').getByText('from 0 to 500').waitFor()
        await page.getByLabel('users/s').fill('500')
        await page.getByRole('button', { name: 'Change' }).click()
        await outcome(page, 'load').getByText('500 users a second are asked for.').waitFor()
      }
      expect(fake.asked.map(({ body }) => body)).toEqual(
        Array.from({ length: 3 }, () => ({ usersPerSecond: 500 })),
      )
    })

    it('a replica more, and one fewer', async () => {
      const { fake, page } = await open()
      await page.getByRole('button', { name: 'Add a replica of user-service' }).click()
      await outcome(page, 'replicas').getByText('user-service: 2 replicas wanted.').waitFor()
      await page.getByRole('button', { name: 'Remove a replica of user-service' }).click()
      await outcome(page, 'replicas').getByText('user-service: 1 replica wanted.').waitFor()

      expect(fake.asked).toEqual([
        { call: 'PUT /api/replicas', body: { service: 'user-service', count: 2 } },
        { call: 'PUT /api/replicas', body: { service: 'user-service', count: 1 } },
      ])
    })

    it('the scaler to stop and to go on', async () => {
      const { fake, page } = await open()
      const scaler = page.getByRole('switch')
      expect(await scaler.getAttribute('aria-checked')).toBe('true')
      await scaler.click()
      await outcome(page, 'scaler-switch').getByText('The scaler is off').waitFor()
      expect(await scaler.getAttribute('aria-checked')).toBe('false')
      await scaler.click()
      await outcome(page, 'scaler-switch').getByText('The scaler is on').waitFor()

      expect(fake.asked).toEqual([
        { call: 'PUT /api/scaler', body: { enabled: false } },
        { call: 'PUT /api/scaler', body: { enabled: true } },
      ])
    })

    it('a pause, its end, and poison', async () => {
      const { fake, page } = await open()
      await page.getByRole('button', { name: 'Pause approval' }).click()
      await outcome(page, 'breaking').getByText('is paused').waitFor()
      expect(await page.locator('[data-fact=approval] dd').innerText()).toBe('paused')
      await page.getByRole('button', { name: 'Continue approval' }).click()
      await outcome(page, 'breaking').getByText('goes on').waitFor()
      await page.getByRole('button', { name: 'Inject a poison message' }).click()
      await outcome(page, 'breaking').getByText('Published.').waitFor()

      expect(fake.asked).toEqual([
        { call: 'PUT /api/approval', body: { paused: true } },
        { call: 'PUT /api/approval', body: { paused: false } },
        { call: 'POST /api/poison', body: undefined },
      ])
    })

    it('one thing at a time, and leaves the focus where it is', async () => {
      const { fake, page } = await open()
      const { promise, resolve } = Promise.withResolvers<void>()
      fake.hold = promise
      const poison = page.getByRole('button', { name: 'Inject a poison message' })
      await poison.focus()
      await page.keyboard.press('Enter')
      await outcome(page, 'breaking').getByText('Asking…').waitFor()
      await page.keyboard.press('Enter')
      expect(await poison.getAttribute('aria-disabled')).toBe('true')

      resolve()

      await outcome(page, 'breaking').getByText('Published.').waitFor()
      expect(fake.asked).toHaveLength(1)
      expect(await poison.getAttribute('aria-disabled')).toBeNull()
      expect((await page.evaluate(focused)).name).toBe('Inject a poison message')
    })

    it('nothing that needs a launcher where there is none, says why, and for everything else', async () => {
      const { fake, page } = await open({
        prepare: ({ story }) => (story.controls.managesReplicas = false),
      })
      const reason = page.getByText('this console was started by itself')
      await reason.waitFor()
      const disabled = page.locator('#controls :is(button, input):disabled')
      expect(await disabled.count()).toBe(6 + 1 + 1)
      for (const group of await page.locator('fieldset').all()) {
        expect(await group.getAttribute('aria-describedby')).toBe(await reason.getAttribute('id'))
      }

      await page.getByRole('button', { name: 'Inject a poison message' }).click()
      await outcome(page, 'breaking').getByText('Published.').waitFor()
      expect(fake.asked).toHaveLength(1)
    })
  })

  describe('says in words', () => {
    it('what is wrong with a request', async () => {
      const { fake, page } = await open()
      fake.refusals.set('POST /api/users', {
        status: 400,
        problem: {
          title: 'Bad Request',
          detail: 'The request is not valid.',
          errors: [{ pointer: '/name', detail: 'must be at least 1 character long' }],
        },
      })
      await page.getByRole('button', { name: 'Create' }).click()
      await outcome(page, 'create-user')
        .getByText('The request is not valid. Name must be at least 1 character long.')
        .waitFor()
    })

    it('that nobody answers', async () => {
      const { fake, page } = await open()
      await fake.stop()
      await page.getByRole('button', { name: 'Stop' }).click()
      await outcome(page, 'load').getByText('The console cannot be reached').waitFor()
      await fake.start()
    })

    it('that the connection is lost, and that it is back, with what happened meanwhile', async () => {
      const { fake, page } = await open()
      const lost = page.getByRole('alert')
      expect(await lost.isVisible()).toBe(false)
      await fake.stop()
      await lost.getByText('The connection to the console was lost').waitFor()
      expect(await page.locator('#connection').innerText()).toBe('Connection lost')

      fake.tick(60)
      await fake.start()

      await page.locator('#connection', { hasText: 'Live' }).waitFor()
      await lost.waitFor({ state: 'hidden' })
      expect(await page.locator('#announcements').innerText()).toBe(
        'Connected to the console again.',
      )
      const { accepted } = fake.live.samples.at(-1)!.books!
      expect(await page.locator('[data-term=accepted] dd').innerText()).toBe(
        accepted.toLocaleString('en'),
      )
    })
  })

  describe('is sound', () => {
    it('by keyboard: every control is reached in the order of the page, and it is seen which', async () => {
      const { page } = await open()
      const names: string[] = []
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press('Tab')
        const { name, hasOutline } = await page.evaluate(focused)
        if (name === '' || names.includes(name)) break
        names.push(name)
        expect(hasOutline, name).toBe(true)
      }
      const order = [
        'Skip to the controls',
        'Events per second',
        'Lag by topic',
        'Replicas',
        'Nodes',
        'Name',
        'E-mail',
        'Create',
        'Users per second, slider',
        'users/s',
        'Change',
        'Stop',
        'Remove a replica of operation-service',
        'Add a replica of operation-service',
        'Remove a replica of user-service',
        'Add a replica of user-service',
        'Remove a replica of user-approval-service',
        'Add a replica of user-approval-service',
        'Approval follows the lag',
        'Pause approval',
        'Inject a poison message',
        'Latency',
        'Operations under way',
        'Dead letters',
        'Show every look',
      ]
      expect(names.slice(0, order.length)).toEqual(
        order.map((name) => expect.stringMatching(new RegExp(`^${name}`))),
      )
    })

    it('by keyboard: a chart tells its values at each second, and goes back to now', async () => {
      const { fake, page } = await open()
      const chart = page.locator('#panel-events .chart')
      await chart.focus()
      expect(await chart.getAttribute('aria-valuetext')).toBe('now')

      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('ArrowLeft')

      const { eventsPerSecond, usersPerSecond } = fake.live.samples.at(-3)!
      await expect
        .poll(() => chart.getAttribute('aria-valuetext'))
        .toMatch(new RegExp(`: events ${eventsPerSecond}, users accepted ${usersPerSecond}$`))
      expect(await chart.getAttribute('aria-valuenow')).toBe('-2')
      expect((await cells(page, 'events', 'events'))[0]).toBe(String(eventsPerSecond))

      await page.keyboard.press('Escape')
      await expect.poll(() => chart.getAttribute('aria-valuetext')).toBe('now')
    })

    it('by ear: every control, picture and region has a name', async () => {
      const { page } = await open()
      const session = await page.context().newCDPSession(page)
      const { nodes } = await session.send('Accessibility.getFullAXTree')
      const roles = /^(?:button|link|textbox|spinbutton|slider|switch|checkbox|region|navigation)$/
      const named = nodes.filter(({ role, ignored }) => !ignored && roles.test(role?.value ?? ''))
      const nameless = named.filter(({ name }) => !name?.value)
      expect(named.length).toBeGreaterThan(30)
      expect(nameless.map(({ role }) => role?.value)).toEqual([])
      for (const landmark of ['banner', 'main']) {
        expect(nodes.filter(({ role }) => role?.value === landmark)).toHaveLength(1)
      }
    })

    it.each(['light', 'dark'] as const)('by eye: %s text stands out', async (colorScheme) => {
      const { page } = await open({
        options: { colorScheme },
        prepare: ({ refusals, story }) => {
          refusals.set('POST /api/users', { status: 403, problem: { detail: 'Not from here.' } })
          story.poison()
        },
      })
      await page.getByRole('button', { name: 'Create' }).click()
      await outcome(page, 'create-user').getByText('Not from here.').waitFor()
      await picture(page, `console-${colorScheme}`)
      const texts = await page.evaluate(textContrasts)
      expect(texts.length).toBeGreaterThan(100)
      expect(texts.filter(({ contrast }) => contrast < 4.5)).toEqual([])
    })

    it('by eye: a change between light and dark reaches the charts', async () => {
      const { page } = await open({ options: { colorScheme: 'light' } })
      const approval = () =>
        page.evaluate(pixelsOf, { chart: '#panel-lag', property: '--approval' })
      expect(await approval()).toBeGreaterThan(10)
      // The colour that is counted is the one of the present scheme.
      await page.emulateMedia({ colorScheme: 'dark' })
      await expect.poll(approval).toBeGreaterThan(10)
    })

    it('on a phone and on a wide screen: nothing is cut off', async () => {
      const { page } = await open()
      for (const width of [360, 390, 460, 681, 768, 1001, 1280, 1800, 1920]) {
        await page.setViewportSize({ width, height: 800 })
        await picture(page, `console-${width}`)
        // The charts take their new size a moment later.
        await expect.poll(() => page.evaluate(cutOff), { message: `${width} pixels` }).toEqual([])
      }
    })

    it('without motion for those who want none, and with little for the others', async () => {
      const still = await open({ options: { reducedMotion: 'reduce' } })
      expect(await still.page.evaluate(animations)).toBe(0)
      const moving = await open({ options: { reducedMotion: 'no-preference' } })
      expect(await moving.page.evaluate(animations)).toBe(1)
    })
  })
})

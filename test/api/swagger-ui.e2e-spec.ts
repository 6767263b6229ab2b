import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { System, until } from '../system/system.js'
import { findChromium } from './browser.js'

const executablePath = findChromium()
const NO_BROWSER = 'no Chromium was found; install one, or set CHROME_PATH.'
/** Where pictures of the pages are put, for somebody to look at. */
const pictures = process.env['SCREENSHOTS']
/** A browser on a busy machine takes its time. */
const TIMEOUT = 120_000

describe('Swagger UI', { timeout: TIMEOUT }, () => {
  let system: System
  let browser: Browser

  beforeAll(async () => {
    if (executablePath === undefined) {
      console.warn(`Skipped: ${NO_BROWSER}`)
      return
    }
    // Chromium's own sandbox does not work for root, or in most containers; the pages are ours.
    const launching = chromium.launch({ executablePath, args: ['--no-sandbox'] })
    system = await System.start({ env: { APPROVAL_CONCURRENCY: '100' } })
    browser = await launching
  }, TIMEOUT)
  afterAll(async () => {
    await browser?.close()
    await system?.stop()
  })
  beforeEach(({ skip }) => {
    skip(executablePath === undefined, NO_BROWSER)
  })

  /** Opens a page; what goes wrong in it is kept. */
  async function open(url: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } })
    onTestFinished(() => page.close())
    const faults: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('requestfailed', (request) => faults.push(`${request.url()} failed`))
    page.on('response', (response) => {
      if (response.status() >= 400) faults.push(`${response.url()} answered ${response.status()}`)
    })
    await page.goto(url)
    await page.locator('.opblock').first().waitFor()
    return { page, faults }
  }

  /** Unfolds a call of the page. */
  async function unfold(page: Page, operationId: string): Promise<Locator> {
    const call = page.locator(`.opblock[id$="-${operationId}"]`)
    await call.locator('.opblock-summary-control').click()
    await call.locator('button.execute').waitFor()
    return call
  }

  /** Sends the request. @returns what the page shows of its answer */
  async function execute(call: Locator): Promise<{ status: string; body: string }> {
    await call.locator('button.execute').click()
    const answer = call.locator('.live-responses-table tbody tr').first()
    await answer.locator('.response-col_status').waitFor()
    return {
      status: (await answer.locator('.response-col_status').innerText()).trim(),
      body: await answer.locator('.response-col_description').innerText(),
    }
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    const unfolded = page.locator('.opblock.is-open').last()
    const part = (await unfolded.count()) > 0 ? unfolded : page.locator('body')
    await part.screenshot({ path: join(pictures, `${name}.png`) })
  }

  it('of operation-service creates a user as it stands there, and shows how that went', async () => {
    const { page, faults } = await open(`${system.services['operation-service'][0]!.url}/docs`)
    await picture(page, 'operations')
    const create = await unfold(page, 'createUser')
    await picture(page, 'create-user')

    const accepted = await execute(create)
    await picture(page, 'create-user-202')

    expect(accepted.status).toBe('202')
    const [, id] = /"id": "([0-9a-f-]{36})"/.exec(accepted.body)!
    const look = await unfold(page, 'getOperation')
    await look.locator('tr[data-param-name="id"] input').fill(id!)
    await until(async () => (await execute(look)).body.includes('"state": "completed"'))
    await picture(page, 'get-operation')
    expect(faults).toEqual([])
  })

  it('of operation-service shows what is wrong with a request, field by field', async () => {
    const { page, faults } = await open(`${system.services['operation-service'][0]!.url}/docs`)
    const create = await unfold(page, 'createUser')
    await create.locator('textarea').fill('{"name": "", "email": "nowhere", "age": 7}')

    const { status, body } = await execute(create)
    await picture(page, 'create-user-400')

    expect(status).toContain('400')
    for (const pointer of ['/name', '/email', '/age']) expect(body).toContain(`"${pointer}"`)
    expect(faults).toEqual([
      expect.stringMatching(/users answered 400$/),
      // Chromium says so by itself.
      expect.stringContaining('400 (Bad Request)'),
    ])
  })

  it('of operation-service tries every other call as it stands there', async () => {
    const { id } = await system.createUser('alice')
    await system.ended(id)
    const { page, faults } = await open(`${system.services['operation-service'][0]!.url}/docs`)
    for (const operationId of ['listOperations', 'summarizeOperations', 'followOperation']) {
      const call = await unfold(page, operationId)
      const input = call.locator('tr[data-param-name="id"] input')
      if ((await input.count()) > 0) await input.fill(id)

      expect((await execute(call)).status, operationId).toBe('200')
      await picture(page, operationId)
    }
    expect(faults).toEqual([])
  })

  it('of user-service shows a user', async () => {
    const { id } = await system.createUser('alice')
    await system.ended(id)
    const { page, faults } = await open(`${system.services['user-service'][0]!.url}/docs`)
    await picture(page, 'users')
    const call = await unfold(page, 'getUser')
    await call.locator('tr[data-param-name="id"] input').fill(id)

    const { status, body } = await execute(call)
    await picture(page, 'get-user')

    expect(status).toBe('200')
    expect(body).toContain('"approval": "approved"')
    expect(faults).toEqual([])
  })
})

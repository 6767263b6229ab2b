import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { carryOut } from './carry-out.ts'
import { parseSimulateOptions } from './simulate-options.ts'

const directory = mkdtempSync(join(tmpdir(), 'tideway-simulate-'))
afterAll(() => rmSync(directory, { recursive: true }))

const printed = (...args: string[]) => carryOut(parseSimulateOptions(args))
const quick = ['--minutes', '3', '--step', '0.5']

describe('npm run simulate', () => {
  it('prints the same for the same seed, and something else for another', () => {
    expect(printed(...quick)).toBe(printed(...quick))
    expect(printed(...quick, '--seed', '2')).not.toBe(printed(...quick))
  })

  it('lists every option when it is asked for help', () => {
    for (const name of ['--down-window', '--even-partitions', '--placeholders', '--goal']) {
      expect(printed('--help')).toContain(name)
    }
  })

  it('has everything in its JSON', () => {
    const { settings, totals, samples, changes } = JSON.parse(printed(...quick, '--json'))
    expect(settings).toMatchObject({ partitions: 12, scaler: { kind: 'hpa' } })
    expect(totals.done + totals.waiting).toBe(totals.arrived)
    expect(samples).toHaveLength(180)
    expect(changes[0]).toMatchObject({ current: 1, because: 'metrics' })
  })

  it('draws its curves', () => {
    const file = join(directory, 'curves.svg')
    printed(...quick, '--picture', file)
    const svg = readFileSync(file, 'utf8')
    for (const text of ['arriving', 'events a second', 'lag, records', 'nodes', 'seconds waited']) {
      expect(svg).toContain(text)
    }
    expect(svg).not.toContain('NaN')
  })

  it('takes a load from a file, with straight lines between its points', () => {
    const file = join(directory, 'load.csv')
    writeFileSync(file, 'seconds,users a second\n0,0\n60,60\n180,60\n')
    const { totals } = JSON.parse(printed(...quick, '--profile', file, '--even', '--json'))
    expect(totals.arrived).toBeGreaterThan(8_950)
    expect(totals.arrived).toBeLessThan(9_000)
  })

  it.each([
    ['0,1\n0,2\n', 'line 2: write seconds, which grow'],
    ['at,rate\n0,1\n5\n', 'line 3: write seconds'],
    ['0,-1\n1,1\n', 'line 1'],
    ['0,1\n', 'fewer than two lines'],
  ])('refuses the file %j', (text, sentence) => {
    const file = join(directory, 'wrong.csv')
    writeFileSync(file, text)
    expect(() => printed(...quick, '--profile', file)).toThrow(sentence)
  })

  it('says what is wrong with settings that contradict each other', () => {
    expect(() => printed(...quick, '--min', '5', '--max', '4')).toThrow('maxReplicas is 4')
    expect(() => printed(...quick, '--pod-cpu', '5000')).toThrow('does not fit on a node')
    expect(() => printed(...quick, '--profile', 'storm')).toThrow('--profile is "storm"')
    expect(() => printed(...quick, '--profile', '/no/such.csv')).toThrow(
      '/no/such.csv cannot be read',
    )
    expect(() => printed(...quick, '--picture', '/no/such/file.svg')).toThrow('cannot be written')
    expect(() => printed(...quick, '--scaler', 'keda', '--target', '1.5')).toThrow(
      'lagThreshold is 1.5',
    )
  })
})

describe('npm run simulate -- search', () => {
  it('finds the cheapest of those that meet the goal', () => {
    const found: { meetsGoal: boolean; totals: { podHours: number }; wait: number }[] = JSON.parse(
      printed('search', '--goal', '20', '--min', '1,4,12', '--json', ...quick),
    )
    const good = found.filter(({ meetsGoal }) => meetsGoal)
    expect(good.length).toBeGreaterThan(0)
    expect(good.length).toBeLessThan(found.length)
    expect(found.slice(0, good.length)).toEqual(good)
    const costs = good.map(({ totals }) => totals.podHours)
    expect(costs).toEqual(costs.toSorted((a, b) => a - b))
    for (const { wait } of good) expect(wait).toBeLessThanOrEqual(20)
  })

  it('says when nothing meets it', () => {
    expect(printed('search', '--goal', '0.1', ...quick)).toContain('None of 1 meets the goal')
  })
})

describe('npm run simulate -- article', () => {
  const text = printed('article')

  it('stops at about 30 users a second as published, whatever the pods', () => {
    const [, done, events] = /as published\s+(\d+)\s+(\d+)/.exec(text) ?? []
    expect(Number(done)).toBeGreaterThanOrEqual(29)
    expect(Number(done)).toBeLessThanOrEqual(31)
    expect(Number(events)).toBeLessThan(130)
    expect(text).toContain('it stops at 30 users a second')
    expect(text).toContain('6 partitions are read by 6 members')
  })

  it('gets to 23,000 events a second with a partition for each serial replica, and with concurrency on twelve', () => {
    const rows = text.split('\n').filter((line) => /^(serial|twelve)/.test(line))
    expect(rows).toHaveLength(2)
    for (const row of rows) {
      const [, events] =
        row
          .replaceAll(',', '')
          .match(/(\d+)\s+(\d+)\s+\d+\s+\d+/)
          ?.slice(1) ?? []
      expect(Number(events)).toBeGreaterThanOrEqual(23_000)
    }
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../workspace/paths.mjs'
import { commandsIn, withOutputs } from './quoted.ts'

const page = readFileSync(join(root, 'docs', 'scaling.md'), 'utf8')

/** A command, its output, and the text before it. */
const parts = page.split(/(?=```sh\nnpm run simulate -- )/)

describe('docs/scaling.md', () => {
  it('quotes what its commands print, each of them: npm run docs writes it anew', () => {
    expect(commandsIn(page).length).toBeGreaterThan(20)
    for (const part of parts) expect(withOutputs(part)).toBe(part)
  })

  it('would be found stale if a figure differed', () => {
    const quoted = parts.find((part) => commandsIn(part).length > 0)!
    const changed = quoted.replace(/longest \d/, 'longest 9')
    expect(changed).not.toBe(quoted)
    expect(withOutputs(changed)).not.toBe(changed)
  })

  it('says in its words what its figures are', () => {
    const outputOf = (args: string) => {
      const part = parts.find((one) => one.startsWith(`\`\`\`sh\nnpm run simulate -- ${args}\n`))
      expect(part, args).toBeDefined()
      return part!
    }
    const waiting = /([\d,]+) waiting at the end/
    const [six, sixty] = ['6', '60'].map(
      (replicas) =>
        waiting.exec(
          outputOf(
            `--scaler none --partitions 6 --replicas ${replicas} --base 50 --rate 50 --minutes 10 --rows 0`,
          ),
        )?.[1],
    )
    expect(sixty).toBe(six)
    const mean = (args: string) => Number(/mean ([\d.]+) s/.exec(outputOf(args))?.[1])
    expect(mean('--scaler none --base 36 --rate 36 --replicas 12 --rows 0')).toBeCloseTo(
      0.2 + 0.15,
      1,
    )
    expect(mean('--scaler none --base 54 --rate 54 --replicas 12 --rows 0')).toBeCloseTo(
      0.2 + 0.85,
      1,
    )
    expect(mean('--scaler none --base 36 --rate 36 --replicas 8 --rows 0')).toBeGreaterThan(10)
    const turns = (args: string) => Number(/(\d+) turns?/.exec(outputOf(args))?.[1])
    const byWindow = [60, 300, 600].map((window) => turns(`--down-window ${window} --rows 0`))
    expect(byWindow).toEqual(byWindow.toSorted((a, b) => b - a))
    const most = (args: string) => Number(/most (\d+), ready/.exec(outputOf(args))?.[1])
    const peak = '--partitions 96 --max 96 --rate 150 --to 75 --minutes 10'
    expect(most(`${peak} --without-behavior --rows 0`)).toBeGreaterThan(most(`${peak} --rows 0`))
    const stuck = '--scaler keda --base 50 --rate 50 --replicas 11 --min 5'
    expect(mean(`${stuck} --rows 0`)).toBeGreaterThan(10 * mean(`${stuck} --allow-idle --rows 0`))
  })
})

import { describe, expect, it } from 'vitest'
import { parseTortureOptions } from './torture-options.ts'

describe('The options of npm run torture', () => {
  it('are ten minutes and a seed of its own, unless told otherwise', () => {
    const { seed, ...others } = parseTortureOptions([])
    expect(others).toEqual({ minutes: 10, faults: undefined, rate: 150, verbose: false })
    expect(Number.isInteger(seed)).toBe(true)
  })

  it('end after a number of faults, however long that takes', () => {
    const { minutes, faults } = parseTortureOptions(['--faults', '1000'])
    expect({ minutes, faults }).toEqual({ minutes: undefined, faults: 1_000 })
  })

  it('end after the faults or the time, whichever comes first, when both are given', () => {
    const { minutes, faults } = parseTortureOptions(['--faults', '5', '--minutes', '1'])
    expect({ minutes, faults }).toEqual({ minutes: 1, faults: 5 })
  })

  it('take any seed that was printed', () => {
    expect(parseTortureOptions(['--seed', '0']).seed).toBe(0)
    expect(parseTortureOptions(['--seed', '4294967295']).seed).toBe(4_294_967_295)
  })

  it.each([
    [['--minutes', '0'], '--minutes is "0"'],
    [['--faults', '2.5'], '--faults is "2.5": give a whole number'],
    [['--seed', 'lucky'], '--seed is "lucky"'],
    [['--rate', ''], '--rate is ""'],
    [['--gently'], "'--gently'"],
  ])('refuse %j', (args, sentence) => {
    expect(() => parseTortureOptions(args)).toThrow(sentence)
  })
})

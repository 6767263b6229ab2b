import { describe, expect, it } from 'vitest'
import { parseDemoOptions } from './demo-options.ts'

describe('The options of npm run demo', () => {
  it('are both acts at 15 users a second, unless told otherwise', () => {
    expect(parseDemoOptions([])).toEqual({
      acts: [1, 2],
      rate: 15,
      maxReplicas: 12,
      isHeadless: false,
      record: undefined,
    })
  })

  it('are read', () => {
    const args = '--act 2 --rate 6 --max-replicas 4 --headless --record run.json'.split(' ')
    expect(parseDemoOptions(args)).toEqual({
      acts: [2],
      rate: 6,
      maxReplicas: 4,
      isHeadless: true,
      record: 'run.json',
    })
  })

  it.each<[string[], string]>([
    [['--act', '3'], '--act is "3": there are 1 and 2'],
    [['--rate', '0'], '--rate is "0": give a number from 1 to 200'],
    [['--rate', 'many'], '--rate is "many"'],
    [['--max-replicas', '13'], '--max-replicas is "13": give a number from 1 to 12'],
    [['--max-replicas', '1.5'], 'give a whole number'],
    [['--act', '1', '--max-replicas', '4'], '--max-replicas is nothing to act 1'],
    [['--loud'], "Unknown option '--loud'"],
    [['now'], "Unexpected argument 'now'"],
  ])('%j are refused with a sentence', (args, sentence) => {
    expect(() => parseDemoOptions(args)).toThrow(sentence)
  })
})

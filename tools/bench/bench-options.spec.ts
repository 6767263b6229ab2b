import { describe, expect, it } from 'vitest'
import { parseBenchOptions } from './bench-options.ts'

describe('The options of npm run bench', () => {
  it('measure everything but the soak, unless told otherwise', () => {
    const { parts, rate, seconds, partitions } = parseBenchOptions([])
    expect([...parts]).toEqual([
      'steady',
      'half',
      'quiet',
      'overload',
      'backlog',
      'history',
      'partitions',
      'stock',
    ])
    expect({ rate, seconds, partitions }).toEqual({ rate: undefined, seconds: 60, partitions: 12 })
  })

  it('measure the soak as well when its length is given', () => {
    const { parts, soakMinutes } = parseBenchOptions(['--soak', '5'])
    expect(parts.has('soak')).toBe(true)
    expect(soakMinutes).toBe(5)
  })

  it('measure only what is named', () => {
    expect([...parseBenchOptions(['--only', 'quiet,stock']).parts]).toEqual(['quiet', 'stock'])
  })

  it('say how many processes a service has', () => {
    expect(parseBenchOptions(['--replicas', 'user-service=2']).replicas['user-service']).toBe(2)
  })

  it.each([
    [['--only', 'everything'], 'there is no part "everything"'],
    [['--rate', 'fast'], '--rate is "fast"'],
    [['--seconds', '1'], '--seconds is "1"'],
    [['--speed'], "'--speed'"],
    [['--replicas', 'mail-service=2'], 'no service "mail-service"'],
  ])('refuse %j', (args, sentence) => {
    expect(() => parseBenchOptions(args)).toThrow(sentence)
  })
})

import { describe, expect, it } from 'vitest'

import { counted, duration, rate, short } from '../public/format.js'

describe('A duration', () => {
  it.each([
    [0, '0 ms'],
    [0.2234, '223 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1 s'],
    [4.25, '4.3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [72, '1 min 12 s'],
    [3_599.6, '1 h'],
    [7_500, '2 h 5 min'],
  ])('of %d s is told as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

describe('A number', () => {
  it('has a decimal as a rate below ten, and none from ten on', () => {
    expect(rate(2.54)).toBe('2.5')
    expect(rate(10.4)).toBe('10')
  })

  it('is short on an axis', () => {
    expect(short(1_240)).toBe('1.2K')
  })

  it('of one thing is singular', () => {
    expect(counted(1, 'replica')).toBe('1 replica')
    expect(counted(1_200, 'replica')).toBe('1,200 replicas')
  })
})

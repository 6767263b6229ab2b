import fc from 'fast-check'
import { expect, it } from 'vitest'

import { LONGEST_WAIT, preferredWait } from './prefer.js'

it.each([
  ['wait=5', 5],
  ['wait=0', 0],
  ['Wait = 7', 7],
  ['wait="8"', 8],
  ['respond-async, wait=10', 10],
  ['wait=3; because="why"', 3],
  ['wait=3, wait=4', 3],
  ['wait=soon, wait=4', 4],
  [['respond-async', 'wait=6'], 6],
  ['wait=30', LONGEST_WAIT],
  ['wait=31', LONGEST_WAIT],
  ['wait=999999999', LONGEST_WAIT],
])('%j is a wait of %i s', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds)
})

it.each([
  undefined,
  '',
  'wait',
  'wait=',
  'wait=-1',
  'wait=1.5',
  'wait=1e3',
  'wait="5',
  'await=5',
  'handling=lenient',
])('%j says nothing about it', (header) => {
  expect(preferredWait(header)).toBe(undefined)
})

it('reads anything', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const seconds = preferredWait(header)
      if (seconds === undefined) return
      expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT).toBe(true)
    }),
  )
})

import { expect, it } from 'vitest'

import { judge } from './stock.policy.js'

it('grants what there is, and denies one more', () => {
  expect(judge({ quantity: 10 }, 10)).toBe('granted')
  expect(judge({ quantity: 11 }, 10)).toBe('denied')
})

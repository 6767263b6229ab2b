import { expect, it } from 'vitest'

import { judge } from './payment.policy.js'

it('takes what is within the limit, and refuses a cent more', () => {
  expect(judge({ amount: 1_000 }, 1_000)).toBe('paid')
  expect(judge({ amount: 1_001 }, 1_000)).toBe('refused')
})

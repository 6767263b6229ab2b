import { expect, it } from 'vitest'

import { linkToNext } from './pages.js'

it('names the next page with all that was asked for, and without what was not', () => {
  const query = { state: 'pending', name: 'a b&c', limit: 2, cursor: undefined }
  expect(linkToNext('/operations', query, 'x')).toBe(
    '</operations?state=pending&name=a+b%26c&limit=2&cursor=x>; rel="next"',
  )
})

it('names the page after the one that was asked for', () => {
  expect(linkToNext('/users', { limit: 2, cursor: 'y' }, 'x')).toBe(
    '</users?limit=2&cursor=x>; rel="next"',
  )
})

import { expect, test } from 'vitest'
import { openerOf } from './browser.ts'

test('a page is opened where there is a screen', () => {
  expect(openerOf('darwin', {})).toBe('open')
  expect(openerOf('linux', { DISPLAY: ':0' })).toBe('xdg-open')
  expect(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe('xdg-open')
})

test('and not where there is none', () => {
  expect(openerOf('linux', {})).toBeUndefined()
})

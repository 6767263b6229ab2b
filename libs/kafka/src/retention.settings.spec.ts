import { expect, it } from 'vitest'

import { parseSettings, sagaSettings } from '#service-defaults'

import { retentionSettings } from './retention.settings.js'

const DAY = 24 * 60 * 60 * 1_000
const parse = (env: Record<string, string>) =>
  parseSettings({ ...sagaSettings, ...retentionSettings }, env).RETENTION_DAYS

it.each(['', '0'])('keeps records for ever with RETENTION_DAYS=%s', (days) => {
  expect(parse({ RETENTION_DAYS: days })).toBe(0)
})

it('takes what is longer than messages may come again, and refuses what is not', () => {
  expect(parse({ RETENTION_DAYS: '40' })).toBe(40)
  expect(() => parse({ RETENTION_DAYS: '39' })).toThrow(
    'RETENTION_DAYS is "39": allowed is 0, for ever, or 40 and more, because messages may come again for 39 days',
  )
})

it('follows the deadline, as the retention of the topics does', () => {
  const SAGA_DEADLINE_MS = String(10 * DAY)
  expect(parse({ RETENTION_DAYS: '53', SAGA_DEADLINE_MS })).toBe(53)
  expect(() => parse({ RETENTION_DAYS: '52', SAGA_DEADLINE_MS })).toThrow('53 and more')
})

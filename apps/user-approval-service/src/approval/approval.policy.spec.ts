import { describe, expect, it } from 'vitest'

import { parseSettings } from '#service-defaults'

import { userApprovalServiceSettings } from '../user-approval-service.settings.js'
import { judge } from './approval.policy.js'

const patternOf = (env: Record<string, string> = {}) =>
  parseSettings(userApprovalServiceSettings, env).APPROVAL_REJECT_PATTERN

describe('by the pattern that is set unless another one is', () => {
  it.each(['reject', 'reject me', 'REJECT', 'Rejected Ltd', 'rejecT\n'])(
    '%j is rejected',
    (name) => {
      expect(judge(name, patternOf())).toEqual({
        decision: 'rejected',
        reason: 'The name is one of those that are rejected.',
      })
    },
  )

  it.each(['alice', 'do not reject', 'rejec', ' reject', '\u0000', '😀'])(
    '%j is approved',
    (name) => {
      expect(judge(name, patternOf())).toEqual({ decision: 'approved' })
    },
  )
})

it('another pattern decides otherwise, whatever the case', () => {
  const pattern = patternOf({ APPROVAL_REJECT_PATTERN: 'ß|bob$' })
  expect(judge('Bob', pattern).decision).toBe('rejected')
  expect(judge('bobby', pattern).decision).toBe('approved')
  expect(judge('reject', pattern).decision).toBe('approved')
})

it('the same name is decided alike each time', () => {
  const pattern = patternOf()
  const decisions = Array.from({ length: 5 }, () => judge('reject', pattern).decision)
  expect(new Set(decisions)).toEqual(new Set(['rejected']))
})

import { expect, it } from 'vitest'

import { withWindow } from './with-window.js'

const policies = [
  { type: 'Pods', value: 1, periodSeconds: 30 },
  { type: 'Percent', value: 50, periodSeconds: 2 },
] as const

it('shortens periods with the window, to a second at least', () => {
  const rules = { stabilizationWindowSeconds: 120, selectPolicy: 'Max', policies } as const
  expect(withWindow(rules, 20)).toEqual({
    stabilizationWindowSeconds: 20,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 1, periodSeconds: 5 },
      { type: 'Percent', value: 50, periodSeconds: 1 },
    ],
  })
})

it.each([{ policies }, { policies, stabilizationWindowSeconds: 0 }])(
  'leaves the periods of rules that have no window',
  (rules) => {
    expect(withWindow(rules, 20)).toEqual({ policies, stabilizationWindowSeconds: 20 })
  },
)

import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { userCreationDiagram } from './user-creation.diagram.js'

const file = new URL('../../../README.md', import.meta.url)
const readme = existsSync(file) ? readFileSync(file, 'utf8') : ''
const shown = /<!-- saga -->\s*```mermaid\n(?<diagram>[^]*?)\n```\s*<!-- \/saga -->/.exec(readme)

describe("the saga's diagram", () => {
  it('shows each change of state with what it publishes, and nothing else', () => {
    expect(userCreationDiagram().split('\n')).toEqual([
      'stateDiagram-v2',
      '  [*] --> pending: requested / user-approve',
      '  [*] --> expired: overdue / user-create-response',
      '  pending --> expired: overdue / user-create-response',
      '  pending --> approved: approved / user-create-response',
      '  pending --> rejected: rejected / user-create-response',
      '  approved --> [*]',
      '  rejected --> [*]',
      '  expired --> [*]',
    ])
  })

  it.skipIf(!readme.includes('<!-- saga -->'))(
    'stands in README.md as it is; if it does not, run `npm run docs`',
    () => {
      expect(shown?.groups?.['diagram']).toBe(userCreationDiagram())
    },
  )
})

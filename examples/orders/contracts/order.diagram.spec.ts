import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { orderDiagram } from './order.diagram.js'

it('the diagram stands in docs/your-own-saga.md as it is; if it does not, run `npm run docs`', () => {
  const page = readFileSync(new URL('../../../docs/your-own-saga.md', import.meta.url), 'utf8')
  const shown = /<!-- saga -->\s*```mermaid\n([^]*?)\n```\s*<!-- \/saga -->/.exec(page)
  expect(shown?.[1]).toBe(orderDiagram())
})

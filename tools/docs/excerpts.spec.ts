import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandsIn, withOutputs } from '../simulate/quoted.ts'
import { root } from '../workspace/paths.mjs'
import { excerptsIn, withExcerpts } from './excerpts.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/your-own-saga.md')

describe('docs/your-own-saga.md', () => {
  it('shows the code as it is, each excerpt: npm run docs writes it anew', () => {
    expect(excerptsIn(page).length).toBeGreaterThan(10)
    expect(withExcerpts(page, read)).toBe(page)
  })

  it('quotes what its simulations print', () => {
    expect(commandsIn(page)).not.toEqual([])
    expect(withOutputs(page)).toBe(page)
  })

  it('shows no code in TypeScript or YAML that is from nowhere', () => {
    const blocks = [...page.matchAll(/^```(?:ts|yaml)$/gm)]
    expect(blocks).toHaveLength(excerptsIn(page).length)
  })

  it('names only files that are there', () => {
    const linked = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path!)
    expect(linked.length).toBeGreaterThan(10)
    const written = [
      ...page.matchAll(/`((?:apps|docs|examples|k8s|libs|monitoring|test|tools)\/[^`*<{ ]+)`/g),
    ]
    const paths = [...linked.map((path) => join('docs', path)), ...written.map(([, path]) => path!)]
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

const file = `import { a } from 'b'

/** What it is. */
export const first = 1

export class Second {
  /** What it does. */
  @Mark()
  does(): void {
    // Nothing.
  }
}
`
const excerptOf = (mark: string) =>
  withExcerpts(`<!-- from ${mark} -->\n\n\`\`\`ts\nold\n\`\`\``, () => file)
    .split('\n')
    .slice(3, -1)

describe('an excerpt', () => {
  it('of a declaration has its comment', () => {
    expect(excerptOf('a.ts#first')).toEqual(['/** What it is. */', 'export const first = 1'])
  })

  it('of a method has its decorators, and no margin', () => {
    expect(excerptOf('a.ts#Second.does')).toEqual([
      '/** What it does. */',
      '@Mark()',
      'does(): void {',
      '  // Nothing.',
      '}',
    ])
  })

  it('of a whole file leaves its imports out', () => {
    expect(excerptOf('a.ts').at(0)).toBe('/** What it is. */')
    expect(excerptOf('a.ts')).toHaveLength(10)
  })

  it('of what is not there is refused', () => {
    expect(() => excerptOf('a.ts#third')).toThrow('a.ts declares no third.')
  })
})

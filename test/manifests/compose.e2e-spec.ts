import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { root } from '../../tools/workspace/paths.mjs'
import { findTool } from './tool.js'

const file = join(root, 'docker-compose.yml')
const docker = findTool('docker', ['compose', 'version'])
/** What `docker compose` reads files with, as a program of its own. */
const composeGo = findTool('compose-go', ['--help'])
const note = docker.isThere || composeGo.isThere ? '' : ' (skipped: there is no docker compose)'

describe.skipIf(note !== '')(`docker-compose.yml${note}`, () => {
  it('is one that docker compose understands', () => {
    const project = docker.isThere
      ? docker.run(['compose', '--file', file, 'config'])
      : composeGo.run([file])
    expect(project).toMatch(/^name: tideway$/m)
  })
})

interface Project {
  services: Record<string, { read_only?: boolean; configs?: { source: string }[] }>
  configs: Record<string, { content?: string }>
}

// `docker compose config` takes it, `docker compose up` does not.
it('docker-compose.yml has no text to be written into a container that is read-only', () => {
  const project = parse(readFileSync(file, 'utf8'), { merge: true }) as Project
  const written = Object.entries(project.services).flatMap(([name, { read_only, configs = [] }]) =>
    configs
      .filter(({ source }) => project.configs[source]?.content !== undefined)
      .map(() => ({ name, isReadOnly: read_only === true })),
  )
  expect(written).toEqual([
    { name: 'kafka', isReadOnly: false },
    { name: 'prometheus', isReadOnly: false },
  ])
})

import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

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

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { parseAllDocuments, stringify } from 'yaml'

import { root, tidewayDirectory } from '../../tools/workspace/paths.mjs'
import { findTool } from '../manifests/tool.js'

/** Anything that Kubernetes keeps. */
export interface Manifest<Spec = unknown> {
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec: Spec
}

export const kubectl = findTool('kubectl', ['version', '--client'])

/** @param directory from the workspace's */
export function build(directory: string): Manifest[] {
  return parsed(kubectl.run(['kustomize', join(root, directory)]))
}

/** What components make of manifests, as an overlay that lists both. */
export function buildWith(components: string[], manifests: object[]): Manifest[] {
  mkdirSync(tidewayDirectory, { recursive: true })
  const directory = mkdtempSync(join(tidewayDirectory, 'overlay-'))
  try {
    const texts = manifests.map((each) => stringify(each, { aliasDuplicateObjects: false }))
    writeFileSync(join(directory, 'manifests.yaml'), texts.join('---\n'))
    const overlay = {
      resources: ['manifests.yaml'],
      components: components.map((each) => relative(directory, join(root, each))),
    }
    writeFileSync(join(directory, 'kustomization.yaml'), stringify(overlay))
    return parsed(kubectl.run(['kustomize', directory]))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The only one of that kind and name. */
export function find<Spec>(manifests: Manifest[], kind: string, name: string): Manifest<Spec> {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name)
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} × ${kind} ${name}`)
  return only as Manifest<Spec>
}

function parsed(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest)
}

import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

import { parseAllDocuments } from 'yaml'

/** Where the repository is: the console runs there, from its sources in a test and from `dist` otherwise. */
const root = dirname(findPackageJSON(import.meta.url) ?? '')

/** A file or folder of the repository. */
export function inWorkspace(...path: string[]): string {
  return join(root, ...path)
}

/** The objects of a manifest. @param file below the repository */
export function readManifest(file: string): unknown[] {
  return parseAllDocuments(readFileSync(inWorkspace(file), 'utf8')).map((document) =>
    document.toJS(),
  )
}

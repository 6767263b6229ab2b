import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../processes/lock.mjs'
import { say } from '../console/say.ts'
import { downloadsDirectory, lockFile } from '../workspace/paths.mjs'

/**
 * A directory of the downloads, made once: `fill` gets an empty directory, which takes its place only
 * when it is complete. Commands that need it at once make it once.
 *
 * @param fill resolves to false when it could not be had, and says why itself
 */
export async function downloaded(
  name: string,
  fill: (directory: string) => Promise<boolean>,
): Promise<string | undefined> {
  const target = join(downloadsDirectory, name)
  if (existsSync(target)) return target
  return withLock(
    lockFile(name),
    async () => {
      if (existsSync(target)) return target
      mkdirSync(downloadsDirectory, { recursive: true })
      const draft = mkdtempSync(join(downloadsDirectory, `.${name}-`))
      try {
        if (!(await fill(draft))) return undefined
        renameSync(draft, target)
        return target
      } finally {
        rmSync(draft, { recursive: true, force: true })
      }
    },
    () => say(`Waiting for another command that fetches ${name}…`),
  )
}

/** All files below a directory together, in MB. */
export function megabytesIn(directory: string): string {
  const bytes = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(
      (entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0,
    )
    .reduce((sum, size) => sum + size, 0)
  return `${Math.round(bytes / 1_000_000)} MB`
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeVolumesOf } from './docker.ts'

/** Removes what the broker and the database of a directory keep there or in Docker's volumes; not their logs. */
export async function eraseData(directory: string): Promise<void> {
  for (const server of ['broker', 'database']) {
    rmSync(join(directory, server), { recursive: true, force: true })
  }
  await removeVolumesOf(directory)
}

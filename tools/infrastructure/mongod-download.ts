import { renameSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { withProgress } from '../console/progress.ts'
import { megabytesIn } from './downloads.ts'
import type { MongodSource } from './mongod-source.ts'

const version = '8.0.15'
const reachableWithinMs = 4_000

/** MongoDB's own build for this system. A download site that cannot be reached is given up on quickly. */
export const mongodFromMongoDb: MongodSource = async ({ target, scratch }) => {
  try {
    await checkReachable()
    const { MongoBinary } = await import('mongodb-memory-server-core')
    await withProgress(
      `Fetching MongoDB ${version} (once)`,
      async () => renameSync(await MongoBinary.getPath({ version, downloadDir: scratch }), target),
      () => megabytesIn(scratch),
    )
    return undefined
  } catch (error) {
    return `mongod could not be fetched from MongoDB's download site (${reasonOf(error)}).`
  }
}

async function checkReachable(): Promise<void> {
  const { MongoBinaryDownloadUrl } =
    await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js')
  const { getOS } = await import('mongodb-memory-server-core/lib/util/getos/index.js')
  const system = { platform: platform(), arch: arch(), version, os: await getOS() }
  const url = await new MongoBinaryDownloadUrl(system).getDownloadUrl()
  const signal = AbortSignal.timeout(reachableWithinMs)
  const { ok, status } = await fetch(url, { method: 'HEAD', signal })
  if (!ok) throw new Error(`status ${status}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

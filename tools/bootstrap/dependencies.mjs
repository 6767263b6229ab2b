import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { withLock } from '../processes/lock.mjs'
import { lockFile, root } from '../workspace/paths.mjs'

/**
 * Installs the dependencies when node_modules is missing or not what package-lock.json says.
 * Commands started at once on a fresh clone install once: the others wait.
 *
 * @param {string} [workspace]
 */
export async function ensureDependencies(workspace = root) {
  if (isStamped(workspace)) return
  await withLock(
    lockFile('dependencies'),
    async () => {
      if (isStamped(workspace)) return
      if (!isInstalled(workspace)) await install(workspace)
      writeFileSync(stampFile(workspace), lockHash(workspace))
    },
    () => console.log('Waiting for another command that installs the dependencies…'),
  )
}

/**
 * @param {string} workspace
 * @returns {boolean} whether an earlier command found node_modules right for this package-lock.json
 */
export function isStamped(workspace) {
  const stamp = stampFile(workspace)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(workspace)
}

/**
 * Somebody may have run `npm ci` or `npm install` by hand: npm's own record of what it put into
 * node_modules tells.
 *
 * @param {string} workspace
 */
export function isInstalled(workspace) {
  const record = join(workspace, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = packagesOf(record)
  return Object.entries(packagesOf(join(workspace, 'package-lock.json'))).every(
    ([path, wanted]) => {
      if (path === '') return true
      const found = installed[path]
      if (found === undefined) return wanted.optional === true || wanted.devOptional === true
      return found.version === wanted.version && found.integrity === wanted.integrity
    },
  )
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** @param {string} workspace */
function stampFile(workspace) {
  return join(workspace, 'node_modules', '.tideway-installed')
}

/** @param {string} workspace */
function lockHash(workspace) {
  return createHash('sha256')
    .update(readFileSync(join(workspace, 'package-lock.json')))
    .digest('hex')
}

/** @param {string} workspace */
async function install(workspace) {
  const started = Date.now()
  console.log('Installing dependencies (about 30 s, once)…')
  // Engine warnings of packages that want Node 24 are beside the point: that is where they will run.
  const code = await runNpm(['ci', '--loglevel=error'], workspace)
  if (code !== 0) {
    throw new Failure(
      `"npm ci" failed with exit code ${code}: see its message above, and run the command again.`,
    )
  }
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/**
 * @param {string[]} args
 * @param {string} workspace
 * @returns {Promise<number>}
 */
function runNpm(args, workspace) {
  const npm = process.env['npm_execpath']
  const [command, ...before] = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm']
  return new Promise((resolve, reject) => {
    const child = spawn(command ?? 'npm', [...before, ...args], {
      cwd: workspace,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', () =>
      reject(new Failure('npm was not found: install Node.js together with npm.')),
    )
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

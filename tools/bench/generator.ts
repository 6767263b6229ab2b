import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadReport, LoadSecond } from '../../apps/load-generator/src/load-report.ts'
import { Failure } from '../console/failure.mjs'
import type { Roster } from '../processes/roster.ts'
import { root } from '../workspace/paths.mjs'

export interface LoadOrder {
  url: string
  /** Users a second; without it, as fast as they are answered. */
  rate?: number
  connections: number
  seconds: number
  warmUp: number
}

export type { LoadSecond }

export interface LoadResult {
  report: LoadReport
  acceptedIds: string[]
}

/** A load generator that runs. */
export interface RunningLoad {
  pid: number
  ended: Promise<LoadResult>
}

/** Runs apps/load-generator. */
export function startLoad(
  roster: Roster,
  directory: string,
  order: LoadOrder,
  eachSecond: (second: LoadSecond) => void,
): RunningLoad {
  const idsFile = join(directory, 'accepted-ids')
  let report: LoadReport | undefined
  const tail: string[] = []
  const generator = roster.launch('helper', {
    name: 'load-generator',
    command: process.execPath,
    args: [
      join('dist', 'apps', 'load-generator', 'src', 'main.js'),
      '--json',
      `--url=${order.url}`,
      `--connections=${order.connections}`,
      `--duration=${order.seconds}`,
      `--warm-up=${order.warmUp}`,
      `--ids=${idsFile}`,
      ...(order.rate === undefined ? [] : [`--rate=${order.rate}`]),
    ],
    cwd: root,
    output: (line) => {
      tail.push(line)
      if (!line.startsWith('{')) return
      const said = JSON.parse(line) as { second?: LoadSecond; report?: LoadReport }
      if (said.second) eachSecond(said.second)
      report = said.report ?? report
    },
  })
  const ended = generator.exited.then(({ code }) => {
    if (!report) {
      throw new Failure(
        `The load generator ended with exit code ${code}: ${tail.slice(-5).join(' ')}`,
      )
    }
    return { report, acceptedIds: readFileSync(idsFile, 'utf8').split('\n').filter(Boolean) }
  })
  return { pid: generator.pid, ended }
}

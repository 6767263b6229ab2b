import { writeFileSync } from 'node:fs'
import type { Sample } from '#autoscaling'
import { drawChart } from '../charts/chart.ts'
import { Failure } from '../console/failure.mjs'
import { EVENTS } from './report.ts'

/** Curves of a simulation, as an SVG image. */
export function pictureOf(title: string, facts: string[], samples: readonly Sample[]): string {
  return drawChart({
    title,
    facts,
    samples,
    axis: 'seconds',
    panels: [
      {
        title: 'users a second',
        lines: [
          { name: 'arriving', of: ({ arriving }) => arriving },
          { name: 'done', of: ({ done }) => done },
        ],
        onTheRight: { title: 'events a second', times: EVENTS },
      },
      { title: 'lag, records', lines: [{ name: 'lag', of: ({ lag }) => lag }] },
      {
        title: 'seconds waited',
        lines: [
          {
            name: 'by those done',
            of: ({ waitSeconds, done }) => (done > 0 ? waitSeconds : undefined),
          },
          { name: 'by the oldest', of: ({ oldestSeconds }) => oldestSeconds },
        ],
      },
      {
        title: 'replicas and nodes',
        lines: [
          { name: 'wanted', of: ({ replicas }) => replicas },
          { name: 'ready', of: ({ ready }) => ready },
          { name: 'nodes', of: ({ nodes }) => nodes },
        ],
      },
    ],
  })
}

/** @throws Failure when the file cannot be written */
export function writePicture(file: string, svg: string): void {
  try {
    writeFileSync(file, svg)
  } catch (error) {
    throw new Failure(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

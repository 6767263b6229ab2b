import { join } from 'node:path'
import { uriOf } from './connection-string.ts'
import { dockerName, runContainer } from './docker.ts'
import { mongodOptions, primaryAnswers } from './replica-set.ts'
import type { ServerPlan, ServerRun } from './server.ts'

export const mongoImage = 'mongo:8'

const port = 27017

/** The image's entry point lets mongod listen on all addresses of the container. */
export function mongodInDocker(run: ServerRun): ServerPlan {
  const logFile = join(run.directory, 'logs', 'database.log')
  return {
    name: 'database',
    origin: 'docker',
    logFile,
    launch: () =>
      runContainer(run.roster, {
        role: 'database',
        name: dockerName(run.directory, 'database'),
        image: mongoImage,
        port: { host: run.port, container: port },
        data: '/data/db',
        args: ['mongod', ...mongodOptions(run.footprint)],
        directory: run.directory,
        logFile,
      }),
    answers: () => primaryAnswers(uriOf(run.port), `localhost:${port}`),
  }
}

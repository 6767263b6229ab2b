import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { uriOf } from './connection-string.ts'
import type { NativeMongod } from './mongod-binary.ts'
import { mongodOptions, primaryAnswers } from './replica-set.ts'
import type { ServerPlan, ServerRun } from './server.ts'

/** A mongod on loopback only. */
export function nativeMongod(run: ServerRun & NativeMongod): ServerPlan {
  const data = join(run.directory, 'database')
  const logFile = join(run.directory, 'logs', 'database.log')
  return {
    name: 'database',
    origin: 'native',
    logFile,
    launch: async () => {
      mkdirSync(data, { recursive: true })
      return run.roster.launch('database', {
        name: 'database',
        command: run.mongod,
        args: [
          `--dbpath=${data}`,
          `--port=${run.port}`,
          '--bind_ip=127.0.0.1',
          '--nounixsocket',
          ...mongodOptions(run.footprint),
        ],
        output: { file: logFile },
      })
    },
    answers: () => primaryAnswers(uriOf(run.port), `127.0.0.1:${run.port}`),
  }
}

import type { Logger } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Health } from '../health/health.js'
import { ServiceAdapter } from '../http/service-adapter.js'
import { watchShutdown } from './pending-hooks.js'

/** A pod gets 30 s and the design promises 25 s; what is not done by now does not end by itself. */
export const SHUTDOWN_DEADLINE_MS = 24_000

/** How long the last lines may take to leave the process, in milliseconds. */
const FLUSH_MS = 1_000

/** Whether a shutdown has begun. */
export interface Shutdown {
  readonly hasBegun: boolean
}

/**
 * On the first SIGTERM or SIGINT: not ready any more, a second in which each answer is the last on its
 * connection, then Nest's own order (`onModuleDestroy`, `beforeApplicationShutdown`, the HTTP server, the
 * microservices, `onApplicationShutdown`), then exit code 0; after the deadline exit code 1. Later signals change nothing: a terminal and a launcher may
 * both send one.
 */
export function shutDownOnSignal(
  app: NestFastifyApplication,
  logger: Logger,
  deadlineMs: number,
): Shutdown {
  const shutdown = { hasBegun: false }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (shutdown.hasBegun) return
      shutdown.hasBegun = true
      void shutDown(app, logger, signal, deadlineMs)
    })
  }
  return shutdown
}

/** A crash is a restart: what nobody caught is logged, and the process ends with exit code 1. */
export function exitOnCrash(logger: Logger): void {
  let hasCrashed = false
  // Node raises an unhandled rejection as this event too.
  process.on('uncaughtException', (error, origin) => {
    if (hasCrashed) return
    hasCrashed = true
    logger.fatal(
      origin === 'unhandledRejection' ? 'a rejection nobody handled' : 'an error nobody caught',
      error,
    )
    void exitWith(1)
  })
}

/** Ends the process once the lines written so far have left it. */
export async function exitWith(code: number): Promise<never> {
  const flushed = [process.stdout, process.stderr].map(
    (stream) => new Promise((resolve) => stream.write('', resolve)),
  )
  const timeout = new Promise((resolve) => setTimeout(resolve, FLUSH_MS))
  await Promise.race([Promise.all(flushed), timeout])
  process.exit(code)
}

async function shutDown(
  app: NestFastifyApplication,
  logger: Logger,
  signal: NodeJS.Signals,
  deadlineMs: number,
): Promise<void> {
  logger.log(`${signal}: shutting down`)
  const pendingSteps = watchShutdown(app)
  const deadline = setTimeout(() => {
    logger.fatal(`not shut down after ${deadlineMs} ms`, { pending: pendingSteps() })
    void exitWith(1)
  }, deadlineMs)
  try {
    app.get(Health).startDraining()
    const adapter = app.getHttpAdapter()
    if (adapter instanceof ServiceAdapter) await adapter.drain()
    await app.close()
    logger.log('shut down')
    await exitWith(0)
  } catch (error) {
    logger.fatal('the shutdown failed', error)
    await exitWith(1)
  } finally {
    clearTimeout(deadline)
  }
}

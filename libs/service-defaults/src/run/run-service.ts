import { Logger } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { errorCode } from '../error-code.js'
import { exitOnCrash, exitWith, SHUTDOWN_DEADLINE_MS, shutDownOnSignal } from './shutdown.js'

/** How a service runs; port 0 takes any free port. */
export interface RunOptions {
  port: number
  /** The address to listen on; all IPv4 addresses, if not said. */
  host?: string | undefined
  /** How long a shutdown may take, in milliseconds. */
  shutdownDeadlineMs?: number
}

/**
 * Runs a service for the rest of the process: HTTP, then the consumers, until SIGTERM or SIGINT. HTTP comes first so that
 * the probes are answered while a consumer waits for its
 * broker.
 *
 * Never throws: when it cannot start, it says why in one line and the process ends with exit code 1.
 */
export async function runService(
  app: NestFastifyApplication,
  { port, host = '0.0.0.0', shutdownDeadlineMs = SHUTDOWN_DEADLINE_MS }: RunOptions,
): Promise<void> {
  const logger = new Logger('Service')
  exitOnCrash(logger)
  const shutdown = shutDownOnSignal(app, logger, shutdownDeadlineMs)
  try {
    await app.listen(port, host)
    logger.log('listening', { url: await app.getUrl() })
    await app.startAllMicroservices()
  } catch (error) {
    if (shutdown.hasBegun) return
    logger.fatal(whyNotStarted(error, host, port), error)
    await exitWith(1)
  }
}

function whyNotStarted(error: unknown, host: string, port: number): string {
  const code = errorCode(error)
  if (code === 'EADDRINUSE') return `port ${port} is in use by another process`
  if (code === 'EACCES') return `port ${port} needs rights this process does not have`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${host} is no address of this machine`
  }
  return 'the service could not start'
}

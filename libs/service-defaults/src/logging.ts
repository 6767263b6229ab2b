import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common'
import { errorCode } from './error-code.js'

/** The values of the setting `LOG_LEVEL`, the most severe first. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug'

const NEST_LEVELS = [
  ['fatal', 'fatal'],
  ['error', 'error'],
  ['warn', 'warn'],
  ['info', 'log'],
  ['debug', 'debug'],
  ['debug', 'verbose'],
] as const satisfies [LogLevel, NestLogLevel][]

/** How deep the causes of an error are followed. */
const CAUSE_DEPTH = 5

/**
 * Nest's own logger, one JSON object a line: `{ time, level, service, pid, message, context?, error?, … }`
 * (`time` in ISO 8601). `logger.warn('text', { operationId, topic })` adds the fields as they are, and
 * an `Error` among the arguments becomes `error`.
 *
 * Lines down to `level` are written: `fatal` and `error` to stderr, the rest to stdout.
 */
export function createLogger(level: LogLevel, service: string): ConsoleLogger {
  return new ServiceLogger(level, service)
}

class ServiceLogger extends ConsoleLogger {
  constructor(
    level: LogLevel,
    private readonly service: string,
  ) {
    const leastSevere = NEST_LEVELS.findLastIndex(([name]) => name === level)
    const logLevels = NEST_LEVELS.slice(0, leastSevere + 1).map(([, nestLevel]) => nestLevel)
    super({ json: true, flattenParams: true, colors: false, logLevels })
  }

  protected override stringifyJsonLogObject(record: Record<string, unknown>): string {
    const { level, timestamp, ...fields } = record
    const head = {
      time: new Date(Number(timestamp)).toISOString(),
      level: NEST_LEVELS.find(([, nestLevel]) => nestLevel === level)?.[0] ?? level,
      service: this.service,
    }
    return super.stringifyJsonLogObject({ ...head, ...fields, ...head })
  }

  protected override serializeError(error: Error): Record<string, unknown> {
    return withoutData(error)
  }

  /** Called by `JSON.stringify` with `this` being the object that holds the value. */
  protected override stringifyReplacer(key: string, value: unknown): unknown {
    return value instanceof Error ? withoutData(value) : super.stringifyReplacer(key, value)
  }
}

/**
 * What of an error is logged. Its other properties are not: errors of drivers carry the documents
 * and messages they failed on.
 */
function withoutData(error: Error, depth = 0): Record<string, unknown> {
  const { cause } = error
  const code = errorCode(error)
  const inner = depth < CAUSE_DEPTH
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(inner && cause instanceof Error ? { cause: withoutData(cause, depth + 1) } : {}),
    ...(inner && error instanceof AggregateError
      ? {
          errors: error.errors
            .filter((each): each is Error => each instanceof Error)
            .map((each) => withoutData(each, depth + 1)),
        }
      : {}),
  }
}

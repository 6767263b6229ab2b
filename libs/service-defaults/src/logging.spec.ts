import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger, type LogLevel } from './logging.js'

let lines: string[]

beforeEach(() => {
  lines = []
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(String(chunk))
      return true
    })
  }
})

afterEach(() => {
  vi.restoreAllMocks()
})

function record(): unknown {
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '')
}

describe('the logger', () => {
  it('writes one JSON object a line, with ISO time, level and service', () => {
    createLogger('info', 'user-service').log('started')
    expect(lines[0]?.endsWith('\n')).toBe(true)
    expect(record()).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'info',
      service: 'user-service',
      pid: process.pid,
      message: 'started',
    })
  })

  it("puts fields flat into the line, also through Nest's Logger", () => {
    Logger.overrideLogger(createLogger('info', 'user-service'))
    new Logger('Saga').warn('late', { operationId: 'o1', topic: 'user-approve' })
    expect(record()).toMatchObject({
      level: 'warn',
      message: 'late',
      context: 'Saga',
      operationId: 'o1',
      topic: 'user-approve',
    })
  })

  it('does not let a field take the place of time, level, service or message', () => {
    const fields = { level: 'x', service: 'x', time: 'x', message: 'x' }
    createLogger('info', 'user-service').log('text', fields)
    expect(record()).toMatchObject({ level: 'info', service: 'user-service', message: 'text' })
    expect(lines[0]).not.toContain('"x"')
  })

  it('keeps code, stack and causes of an error, and none of its data', () => {
    const cause = Object.assign(new Error('E11000'), { code: 11_000, writeErrors: ['alice'] })
    const error = Object.assign(new Error('insert failed', { cause }), {
      code: 'database-unavailable',
      body: { name: 'alice' },
      payload: 'alice',
    })
    createLogger('info', 'user-service').error('failed', error, { error })
    expect(record()).toMatchObject({
      message: 'failed',
      error: {
        message: 'insert failed',
        code: 'database-unavailable',
        stack: expect.stringContaining('logging.spec'),
        cause: { message: 'E11000', code: 11_000 },
      },
    })
    expect(lines[0]).not.toContain('alice')
  })

  it('writes an error that stands in a field the same way', () => {
    const error = Object.assign(new Error('no'), { code: 'E', documents: ['alice'] })
    createLogger('info', 'user-service').warn('failed', { reasons: [error] })
    expect(record()).toMatchObject({ reasons: [{ name: 'Error', message: 'no', code: 'E' }] })
    expect(lines[0]).not.toContain('alice')
  })

  it.each<[LogLevel, LogLevel[]]>([
    ['fatal', ['fatal']],
    ['error', ['fatal', 'error']],
    ['warn', ['fatal', 'error', 'warn']],
    ['info', ['fatal', 'error', 'warn', 'info']],
    ['debug', ['fatal', 'error', 'warn', 'info', 'debug']],
  ])('at level %s writes %j', (level, expected) => {
    const logger = createLogger(level, 'user-service')
    logger.fatal('x')
    logger.error('x')
    logger.warn('x')
    logger.log('x')
    logger.debug('x')
    const written = lines.map((line) => /"level":"(\w+)"/.exec(line)?.[1])
    expect(written).toEqual(expected)
  })
})

import type { Server, ServerOptions } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import cors from '@fastify/cors'
import { Logger } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import { unavailable } from '../problem/problem-of.js'
import { ProblemException } from '../problem/problem.exception.js'
import { sendProblem } from '../problem/problem.filter.js'
import { crossOriginOptions, isPreflight } from '../protection/cross-origin.js'
import { guard } from '../protection/guard.js'
import type { ProtectionSettings } from '../protection/protection.settings.js'
import { securityHeaders } from '../protection/security-headers.js'
import { answerClientError, handleOddClients } from './client-errors.js'
import { parseJsonBody } from './json-body.js'
import { BODY_LIMIT_BYTES, HEADER_LIMIT_BYTES, HTTP_TIMEOUTS, type HttpTimeouts } from './limits.js'
import { Pipelines, tooManyPipelined } from './pipelines.js'
import { RouteTable } from './route-table.js'

const TOO_LARGE = 413

/** How often connections are looked at while draining and closing, in milliseconds. */
const SWEEP_MS = 100

/**
 * Fastify as every service uses it: JSON only, limits on size and time, problem documents also for
 * what never reaches a handler, and a close that answers everybody first.
 *
 * Tests hand it to `TestingModule.createNestApplication`.
 */
export class ServiceAdapter extends FastifyAdapter {
  private readonly httpLogger = new Logger('Http')
  private readonly pipelines = new Pipelines()
  /** Since draining or `app.close()` began: every answer is the last one on its connection. */
  private isLastAnswer = false
  /** Since the server itself closes: nothing new is begun. */
  private isRefusing = false

  constructor(
    private readonly timeouts: HttpTimeouts = HTTP_TIMEOUTS,
    /** Who may call, from where and how often. */
    readonly protection: ProtectionSettings = {},
  ) {
    const routes = new RouteTable()
    super(fastifyOptions(routes, timeouts, protection))
    this.acceptOnlyJson()
    this.instance.addHook('onRoute', (route) => routes.add(route))
    this.instance.addHook('onRequest', (request, reply, done) => {
      const admission = this.pipelines.admit(request.raw, reply.raw)
      if (admission === 'drop') {
        void reply.hijack()
        return
      }
      void reply.headers(securityHeaders(request.raw.url ?? ''))
      done(admission === 'refuse' ? tooManyPipelined() : undefined)
    })
    this.answerOtherOrigins(routes)
    this.instance.after(() => {
      this.instance.addHook('onRequest', (request, _reply, done) => {
        done(this.checkRequest(request, routes))
      })
    })
    guard(this.instance, protection)
    this.instance.addHook('onSend', (_request, reply, payload, done) => {
      // Fastify closes at once; whoever is still sending would lose the answer with the connection.
      // What comes is thrown away, for as long as a request may take.
      if (reply.statusCode === TOO_LARGE) void reply.removeHeader('connection')
      if (this.isLastAnswer) void reply.header('Connection', 'close')
      done(null, payload)
    })
    this.instance.addHook('preClose', (done) => {
      this.isRefusing = true
      done()
    })
    handleOddClients(this.instance.server)
  }

  /** Fastify's errors stay what they are: `ProblemFilter` knows their codes. */
  override mapException(error: unknown): unknown {
    return error
  }

  override listen(
    port: string | number,
    hostnameOrCallback?: string | (() => void),
    callback?: () => void,
  ): void {
    // Nest's own listener logs the error, which comes as a rejection of `app.listen` as well.
    this.instance.server.removeAllListeners('error')
    if (typeof hostnameOrCallback === 'string') super.listen(port, hostnameOrCallback, callback)
    else super.listen(port, hostnameOrCallback)
  }

  /**
   * Before a close: takes no new connections, goes on answering on the others, and ends each with its answer, until none
   * is left or the time is up. A connection that is closed while it is kept alive may be one on which a client is just
   * sending; most clients send within this time, and learn it by an answer.
   */
  async drain(): Promise<void> {
    this.isLastAnswer = true
    // The HTTP server's own `close` cuts what is idle.
    NetServer.prototype.close.call(this.instance.server)
    const end = performance.now() + this.timeouts.draining
    while (performance.now() < end && (await this.connections()) > 0) await sleep(SWEEP_MS)
  }

  /** Called by Nest when `app.close()` begins, before any shutdown hook. */
  override beforeClose(): void {
    this.isLastAnswer = true
  }

  /** Called by Nest after the hooks `onModuleDestroy` and `beforeApplicationShutdown`. */
  override async close(): Promise<void> {
    const server: Server = this.instance.server
    // A stream that was begun before has no `Connection: close`; its connection lives on when it ends.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    const limit = setTimeout(() => {
      this.httpLogger.warn('answers took too long after the close began: their connections are cut')
      server.closeAllConnections()
    }, this.timeouts.closing)
    try {
      await super.close()
    } finally {
      clearInterval(sweep)
      clearTimeout(limit)
    }
  }

  private connections(): Promise<number> {
    const server: Server = this.instance.server
    return new Promise((resolve, reject) => {
      server.getConnections((error, count) => {
        if (error) reject(error)
        else resolve(count)
      })
    })
  }

  /** Instead of Nest's and Fastify's parsers, which take forms and plain text too. */
  private acceptOnlyJson(): void {
    this.instance.removeAllContentTypeParsers()
    this.useBodyParser('application/json', false, {}, (request, body, done) => {
      try {
        done(null, parseJsonBody(request.headers, body))
      } catch (error) {
        if (!(error instanceof Error)) throw error
        done(error)
      }
    })
  }

  /** Before anything is refused, so that pages which may call can also read why they were not answered. */
  private answerOtherOrigins(routes: RouteTable): void {
    const { CORS_ORIGINS: origins } = this.protection
    if (origins === undefined) return
    this.instance.addHook('onRequest', (request, reply, done) => {
      // The plugin's own route for OPTIONS is older than Nest's handler of errors.
      if (request.method !== 'OPTIONS' || isPreflight(request)) done()
      else sendProblem(reply, routes.unknown(request.raw.url ?? ''))
    })
    void this.instance.register(cors, crossOriginOptions(origins))
  }

  private checkRequest(request: FastifyRequest, routes: RouteTable): ProblemException | undefined {
    if (this.isRefusing) return unavailable({ code: 'shutting-down' })
    if (request.is404) return routes.unknown(request.raw.url ?? '')
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      return new ProblemException({ status: 400, detail: 'The Host header is missing.' })
    }
    return undefined
  }
}

function fastifyOptions(
  routes: RouteTable,
  timeouts: HttpTimeouts,
  { TRUSTED_PROXIES: proxies }: ProtectionSettings,
): FastifyServerOptions & { http: ServerOptions } {
  return {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.unread,
    keepAliveTimeout: timeouts.keepAlive,
    http: {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: timeouts.check,
      // Answered by `checkRequest`, with a body.
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    // Answered by `checkRequest`, as a problem document.
    return503OnClosing: false,
    trustProxy: proxies ?? false,
    // A path cannot be longer, so a parameter is always the handler's to judge.
    routerOptions: { maxParamLength: HEADER_LIMIT_BYTES },
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, request, reply) => {
      sendProblem(reply, routes.undecodable(request.raw.url ?? ''))
    },
  }
}

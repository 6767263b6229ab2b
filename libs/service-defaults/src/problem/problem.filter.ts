import type { ServerResponse } from 'node:http'
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { throwError, type Observable } from 'rxjs'
import { DATA_HEADERS } from '../protection/security-headers.js'
import { PROBLEM_MEDIA_TYPE } from './problem-document.js'
import { problemOf, type ProblemAnswer } from './problem-of.js'

/**
 * Turns whatever a request ends with into a problem document. What nobody foresaw is logged here,
 * once, with its stack and without the request's body. Errors of other transports pass through.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http')

  catch(exception: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() !== 'http') return throwError(() => exception)
    const answer = problemOf(exception)
    const http = host.switchToHttp()
    if (answer.isUnexpected) this.log(exception, http.getRequest<Partial<FastifyRequest>>())
    sendProblem(http.getResponse<FastifyReply | ServerResponse>(), answer)
    return undefined
  }

  private log(exception: unknown, request: Partial<FastifyRequest>): void {
    const fields = { method: request.method, route: request.routeOptions?.url }
    if (exception instanceof Error) this.logger.error('a request failed', exception, fields)
    else this.logger.error(`a request failed: a ${typeof exception} was thrown`, fields)
  }
}

/** Answers with a problem; a response that has already begun is cut off instead. */
export function sendProblem(
  response: FastifyReply | ServerResponse,
  { problem, headers }: Pick<ProblemAnswer, 'problem' | 'headers'>,
): void {
  const allHeaders = { ...DATA_HEADERS, ...headers, 'Content-Type': PROBLEM_MEDIA_TYPE }
  const raw = 'raw' in response ? response.raw : response
  if (raw.headersSent) {
    raw.destroy()
  } else if ('raw' in response) {
    // As bytes: Fastify adds a charset to JSON text, which this media type does not have.
    const body = Buffer.from(JSON.stringify(problem))
    if (!response.sent) void response.status(problem.status).headers(allHeaders).send(body)
  } else {
    const body = JSON.stringify(problem)
    raw
      .writeHead(problem.status, { ...allHeaders, 'Content-Length': Buffer.byteLength(body) })
      .end(body)
  }
}

import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import {
  PROBLEM_MEDIA_TYPE,
  problemDocument,
  type ProblemDocument,
} from '../problem/problem-document.js'
import { sendProblem } from '../problem/problem.filter.js'
import { DATA_HEADERS } from '../protection/security-headers.js'

/** Answers what is no HTTP request, or did not become one in time, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable && isFreeToAnswer(socket)) {
    socket.write(asText(problemOf(error.code)))
  }
  socket.destroy()
}

/** What Node answers without a body, or with none at all, and a client that does not take its answer. */
export function handleOddClients(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    sendProblem(response, { problem: UNKNOWN_EXPECTATION, headers: {} })
  })
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.write(asText(NO_PROXY))
    if (socket instanceof Socket) socket.destroySoon()
  })
  // Also what the time between two requests ends with.
  server.on('timeout', (socket) => {
    const isAtWork = answerOwed(socket) !== undefined && socket.writableLength === 0
    if (!isAtWork) socket.destroy()
  })
}

const UNKNOWN_EXPECTATION = problemDocument({
  status: 417,
  detail: 'Nothing but "100-continue" can be expected.',
})

const NO_PROXY = problemDocument({ status: 404, detail: 'There is nothing at this address.' })

function problemOf(code: string | undefined): ProblemDocument {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problemDocument({ status: 431, detail: 'The headers of the request are too large.' })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problemDocument({ status: 408, detail: 'The request did not arrive in time.' })
    default:
      return problemDocument({ status: 400, detail: 'This is not an HTTP request.' })
  }
}

function asText(problem: ProblemDocument): string {
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(DATA_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

/**
 * False while the answer to an earlier, complete request is owed on the same connection: the client
 * would take ours for it.
 */
function isFreeToAnswer(socket: Socket): boolean {
  const owed = answerOwed(socket)
  return owed === undefined || (!owed.req.complete && !owed.headersSent)
}

/** The answer that is due on a connection. Node has no public name for it. */
function answerOwed(socket: Socket): ServerResponse | undefined {
  return (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
}

import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEM_MEDIA_TYPE, problemDocument } from '../problem/problem-document.js'

/** Answers what is no HTTP request, or did not become one in time, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable && isFreeToAnswer(socket)) {
    socket.write(answerTo(error.code))
  }
  socket.destroy()
}

function answerTo(code: string | undefined): string {
  const problem = problemDocument(
    code === 'HPE_HEADER_OVERFLOW'
      ? { status: 431, detail: 'The headers of the request are too large.' }
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? { status: 408, detail: 'The request did not arrive in time.' }
        : { status: 400, detail: 'This is not an HTTP request.' },
  )
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
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
  const owed = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage
  return owed == null || (!owed.req.complete && !owed.headersSent)
}

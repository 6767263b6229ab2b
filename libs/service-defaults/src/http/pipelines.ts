import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { HttpStatus } from '@nestjs/common'
import { ProblemException } from '../problem/problem.exception.js'
import { PIPELINE_LIMIT } from './limits.js'

/** So many do not happen by mistake: the connection is cut, without the answers that it waits for. */
const FLOOD = 2 * PIPELINE_LIMIT

/** What becomes of a request: one too many is refused, and the connection ends with the refusal. */
export type Admission = 'begin' | 'refuse' | 'drop'

/** How many requests of each connection wait for their answers. */
export class Pipelines {
  private readonly waiting = new WeakMap<Socket, number>()

  /** Counts a request until its answer is sent. */
  admit({ socket }: IncomingMessage, response: ServerResponse): Admission {
    const others = this.waiting.get(socket) ?? 0
    this.waiting.set(socket, others + 1)
    response.once('finish', () => {
      this.waiting.set(socket, (this.waiting.get(socket) ?? 1) - 1)
    })
    if (others < PIPELINE_LIMIT) return 'begin'
    // Reading cannot be stopped for good: with each request that is complete, Node goes on.
    if (others === FLOOD) socket.destroy()
    return others === PIPELINE_LIMIT ? 'refuse' : 'drop'
  }
}

/** 429, the last answer on its connection. */
export function tooManyPipelined(): ProblemException {
  return new ProblemException(
    {
      status: HttpStatus.TOO_MANY_REQUESTS,
      detail: `More than ${PIPELINE_LIMIT} requests wait for their answers on this connection.`,
    },
    { Connection: 'close' },
  )
}

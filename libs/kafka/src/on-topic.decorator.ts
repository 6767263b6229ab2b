import { Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import { throwError, type Observable } from 'rxjs'

import { type MessageIn, type NameOf, type TopicMap, type Topics } from '#contracts'
import { type TraceContext } from '#service-defaults'

/** What a handler may want to know of the records whose values it receives, in the same order. */
export interface BatchContext {
  readonly topic: string
  /** When each record was published, in milliseconds since the epoch. */
  readonly publishedAt: readonly number[]
  /** What each message belongs to, and so does what follows from it: to be published with it. */
  readonly traces: readonly TraceContext[]
}

/**
 * Hands an error on as it is. Without it Nest makes a plain `{ status, message }` of whatever a handler throws, and
 * the transport could not tell what may be tried again.
 */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error)
  }
}

/**
 * Marks a method as the handler of a topic: it receives batches of that topic's messages, parsed and checked, of one or
 * several partitions and in the order of each. It has had its effect, and published what follows, when it returns; only
 * then are the messages committed. They may come again: after a crash, a rebalance, a retry, or because a message of
 * another partition in the same batch failed.
 *
 * Throw an error with `canRetry` for what will pass (it is tried again for as long as it takes); anything else is
 * taken as the fault of a message, which is searched for, tried again, and put among the dead letters.
 */
export const OnTopic = onTopicOf<Topics>()

/** The decorator for the topics of other contracts. */
export function onTopicOf<All extends TopicMap>() {
  return <Topic extends NameOf<All>>(topic: Topic) =>
    <Handler extends (messages: MessageIn<All, Topic>[], context: BatchContext) => Promise<void>>(
      target: object,
      method: string | symbol,
      descriptor: TypedPropertyDescriptor<Handler>,
    ): void => {
      // Nest's own types want exactly one payload type per method name; the signature above is the check.
      const mark = EventPattern(topic) as MethodDecorator
      mark(target, method, descriptor)
      UseFilters(KeepError)(target, method, descriptor)
    }
}

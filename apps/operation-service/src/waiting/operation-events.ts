import { commentText, eventText, retryText } from '#service-defaults'

import { type OperationDto } from '../operations/operation.dto.js'

/** Milliseconds after which a client whose connection broke asks again. */
const RETRY = 1_000
/** Seconds without an event after which a comment says that the connection is still there. */
const KEEP_ALIVE = 15

/** Waits until an operation has ended, for so many seconds. */
export type Await = (seconds: number) => Promise<OperationDto>

/**
 * Server-Sent Events about an operation, until it has ended: its state now, and how it ended. The id of an event is the
 * state that it tells of.
 *
 * @param operation as it is now
 * @param lastSeen the id of the event that the client saw last
 * @param isOver nobody listens any more, or the process is about to stop
 */
export async function* eventsOf(
  operation: OperationDto,
  lastSeen: string | undefined,
  wait: Await,
  isOver: () => boolean,
): AsyncGenerator<string> {
  yield retryText(RETRY)
  if (operation.state !== lastSeen) yield eventOf(operation)
  for (let now = operation; now.state === 'pending';) {
    now = await wait(KEEP_ALIVE)
    if (now.state !== 'pending') yield eventOf(now)
    else if (isOver()) return
    else yield commentText('still pending')
  }
}

function eventOf(operation: OperationDto): string {
  return eventText({ id: operation.state, data: operation })
}

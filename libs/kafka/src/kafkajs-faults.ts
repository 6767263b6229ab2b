import { createRequire } from 'node:module'

interface RequestQueue {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

/** How soon a request that waits for a free place is looked at again, in milliseconds; as in kafkajs. */
const CHECK_INTERVAL = 10

/**
 * kafkajs 2.2.4 re-arms a timer of 1 ms for ever on every connection, waiting requests or not
 * (tulios/kafkajs#1556, #1704). A timer is needed only while requests wait, or the broker throttles;
 * so it is in the fix that was never released (#1667). Replaces the method for the whole process.
 */
export function mendRequestQueueTimer(): void {
  const { prototype } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue/index.js',
  ) as { prototype: RequestQueue }
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const throttledFor = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttledFor > 0 ? throttledFor : CHECK_INTERVAL,
    )
  }
}

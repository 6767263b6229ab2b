import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

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
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as {
    prototype: RequestQueue
  }
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

interface Broker {
  apiVersions(): Promise<unknown>
  disconnect(): Promise<void>
}

const { prototype: broker } = require('kafkajs/src/broker/index.js') as { prototype: Broker }
const apiVersions = Object.getOwnPropertyDescriptor(broker, 'apiVersions')!
  .value as Broker['apiVersions']

/**
 * kafkajs 2.2.4 takes a broker for connected as soon as there is a connection. When that broker hangs, and does not say in
 * time which versions it speaks, every later request fails with "Broker not connected", for as long as the connection
 * lives: the broker may long be well again. A connection on which that was not found out is closed here, before anybody
 * else may use it, so that the next attempt makes another one. Replaces the method for the whole process.
 */
export function mendHalfConnections(): void {
  broker.apiVersions = async function (this: Broker) {
    try {
      return await apiVersions.call(this)
    } catch (error) {
      await this.disconnect().catch(() => undefined)
      throw error
    }
  }
}

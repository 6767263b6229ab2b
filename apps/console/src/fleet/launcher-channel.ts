import { type FromLauncher, type ToLauncher } from '../console.api.js'

/** How the console and the launcher that started it talk. */
export interface LauncherChannel {
  send(message: ToLauncher): void
  /** @param told called with each message */
  listen(told: (message: FromLauncher) => void, gone: () => void): void
}

/** The channel to this process's parent; undefined when it was started without one. */
export function parentChannel(): LauncherChannel | undefined {
  if (process.send === undefined) return undefined
  return {
    send(message) {
      // A parent that is gone is told of by `disconnect`.
      if (process.connected) process.send?.(message, () => undefined)
    },
    listen(told, gone) {
      process.on('message', (message) => {
        if (isFromLauncher(message)) told(message)
      })
      process.once('disconnect', gone)
    },
  }
}

/** A parent may have other things to say, as test runners and process managers do. */
function isFromLauncher(message: unknown): message is FromLauncher {
  return (
    typeof message === 'object' &&
    message !== null &&
    'tell' in message &&
    message.tell === 'replicas'
  )
}

/** Ctrl-C reaches the whole process group, and npm and run.mjs hand it on as well. */
const sameInterruptionMs = 2_000

/**
 * Calls `stop` when the process is asked to end, or when its parent is gone (its IPC channel closes), and
 * `force` when it is asked again later.
 */
export function onInterruption(actions: { stop: () => void; force: () => void }): void {
  const interrupt = interruptionOf(actions)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt(Date.now()))
  }
  process.on('disconnect', actions.stop)
}

/** What a signal at a given time (in ms) leads to. */
export function interruptionOf(actions: { stop: () => void; force: () => void }) {
  let first: number | undefined
  return (now: number): void => {
    if (first === undefined) {
      first = now
      actions.stop()
    } else if (now - first > sameInterruptionMs) {
      actions.force()
    }
  }
}

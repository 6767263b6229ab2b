import { describe, expect, it, vi } from 'vitest'

import { type FromLauncher, type ToLauncher } from '../console.api.js'
import { Launcher } from './launcher.service.js'
import { forEachService } from './services.js'

const services = (wanted: number, paused = false): FromLauncher['services'] =>
  forEachService(() => ({ wanted, paused, processes: [] }))

/** A launcher that does nothing by itself. */
function start() {
  const asked: ToLauncher[] = []
  let told: (message: FromLauncher) => void
  let leave: () => void
  const launcher = new Launcher({
    send: (message) => void asked.push(message),
    listen(listener, gone) {
      told = listener
      leave = gone
    },
  })
  const tell = (all: FromLauncher['services']) => told({ tell: 'replicas', services: all })
  return { launcher, asked, tell, leave: () => leave() }
}

describe('what the launcher is asked for', () => {
  it('is waited for until it is done', async () => {
    const { launcher, asked, tell } = start()
    tell(services(1))
    let done = false
    const scaled = launcher.setReplicas('user-service', 3).then(() => (done = true))
    expect(asked).toEqual([{ ask: 'replicas', service: 'user-service', count: 3 }])
    tell(services(2))
    await Promise.resolve()
    expect(done).toBe(false)
    tell(services(3))
    await scaled
  })

  it('is done when it is so already', async () => {
    const { launcher, tell } = start()
    tell(services(1, true))
    await expect(launcher.setPaused('user-approval-service', true)).resolves.toBeUndefined()
  })

  it('is given up when it is not done in time', async () => {
    vi.useFakeTimers()
    const { launcher, tell } = start()
    tell(services(1))
    const refused = launcher.setReplicas('user-service', 3).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await refused).toMatchObject({ problem: { status: 503 } })
    vi.useRealTimers()
  })

  it('is refused while nobody has told anything, and once the launcher is gone', async () => {
    const { launcher, asked, tell, leave } = start()
    const refused = { problem: { status: 409 } }
    await expect(launcher.setReplicas('user-service', 1)).rejects.toMatchObject(refused)
    tell(services(1))
    leave()
    await expect(launcher.setPaused('user-service', true)).rejects.toMatchObject(refused)
    expect(asked).toEqual([])
  })
})

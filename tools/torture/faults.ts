import { setTimeout as sleep } from 'node:timers/promises'
import type { Proxy } from './proxy.ts'
import type { Rig } from './rig.ts'
import type { Fault, Kind } from './schedule.ts'
import type { TorturedProcess } from './tortured-process.ts'

/** What is told while a fault happens: at its beginning and its end. */
export type Tell = (fault: Fault, phase: 'begins' | 'is over') => void

/** Makes a fault happen, as soon as the one before it at the same victim is over. */
export function inflict(rig: Rig, fault: Fault, tell: Tell): void {
  const { name } = fault.victim
  const tortured = [...rig.services, ...rig.servers].find((one) => one.name === name)
  const link = rig.links.find((one) => one.name === name)
  const harm = tortured ? harmProcess(tortured) : harmNetwork(link!.proxy)
  const { turns } = tortured ?? link!
  turns.take(async () => {
    tell(fault, 'begins')
    await harm[fault.kind]?.(fault)
    tell(fault, 'is over')
  })
}

type Harm = Partial<Record<Kind, (fault: Fault) => Promise<void>>>

function harmProcess(victim: TorturedProcess): Harm {
  return {
    kill: async ({ lasts }) => {
      await victim.kill()
      await sleep(lasts)
      await victim.start()
    },
    stop: async ({ lasts }) => {
      await victim.stop()
      await sleep(lasts)
      await victim.start()
    },
    pause: async ({ lasts }) => {
      await victim.pause()
      await sleep(lasts)
      await victim.resume()
    },
  }
}

function harmNetwork(proxy: Proxy): Harm {
  return {
    cut: async ({ lasts }) => {
      await proxy.cut()
      await sleep(lasts)
      await proxy.mend()
    },
    slow: async ({ lasts, pace }) => {
      proxy.slow(pace!)
      await sleep(lasts)
      await proxy.mend()
    },
    stall: async ({ lasts }) => {
      proxy.stall()
      await sleep(lasts)
      await proxy.mend()
    },
  }
}

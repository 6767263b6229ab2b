import { setTimeout as sleep } from 'node:timers/promises'
import type { Rig } from './rig.ts'
import { recordsOf, storesOf } from './stores.ts'
import { lags } from './topics.ts'
import { askFor } from './witness.ts'

const poll = 500

/**
 * Waits, once everything runs again, until nothing is left to do: every replica is ready, every operation has ended,
 * also those that were stored without a client being told, and every message has been handled.
 *
 * @param within milliseconds
 * @returns what is still not so, in sentences
 */
export async function settle(
  rig: Rig,
  accepted: readonly string[],
  within: number,
): Promise<{ seconds: number; lost: string[]; sentences: string[] }> {
  const startedAt = performance.now()
  let lost: string[] = [...accepted]
  for (;;) {
    let sentences: string[]
    try {
      lost = await openOf(rig, lost)
      sentences = [...(await unready(rig)), ...(await stillOpen(rig)), ...(await lags(rig.kafka))]
    } catch (error) {
      sentences = [`Broker or database could not be asked: ${String(error)}`]
    }
    const elapsed = performance.now() - startedAt
    const isSettled = lost.length === 0 && sentences.length === 0
    if (isSettled || elapsed > within) return { seconds: elapsed / 1_000, lost, sentences }
    await sleep(poll)
  }
}

async function openOf(rig: Rig, ids: readonly string[]): Promise<string[]> {
  const open: string[] = []
  const pages = recordsOf(storesOf(rig.client).outcomes, ids, { _id: 1 })
  for await (const { ids: some, records } of pages) {
    open.push(...some.filter((id) => !records.has(id)))
  }
  return open
}

async function stillOpen(rig: Rig): Promise<string[]> {
  const { url } = rig.replicasOf('operation-service')[0]!
  const summary = await askFor(url, 'operations/summary')
  return summary?.['pending'] === 0
    ? []
    : [`${url}/operations/summary says ${JSON.stringify(summary)}`]
}

async function unready({ services }: Rig): Promise<string[]> {
  const ready = await Promise.all(services.map((service) => service.answers('readyz')))
  return services.filter((_, index) => !ready[index]).map(({ name }) => `${name} is not ready`)
}

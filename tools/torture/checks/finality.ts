import type { MongoClient } from '../rig.ts'
import { recordsOf, storesOf } from '../stores.ts'
import { askFor, type Seen } from '../witness.ts'

/**
 * What was final when it was seen during the run, and is otherwise now.
 *
 * @param url of operation-service
 * @returns sentences, by the operation's id
 */
export async function changedSince(
  client: MongoClient,
  url: string,
  seen: Seen,
): Promise<Map<string, string>> {
  const changed = new Map<string, string>()
  const stores = storesOf(client)
  for (const kind of ['outcomes', 'decisions'] as const) {
    for await (const { ids, records } of recordsOf(stores[kind], seen[kind].keys())) {
      for (const id of ids) {
        const [before, now] = [seen[kind].get(id), JSON.stringify(records.get(id))]
        if (before !== now) changed.set(id, `${id} changed in ${kind} from ${before} to ${now}`)
      }
    }
  }
  for (const [id, before] of seen.answers) {
    const now = JSON.stringify(await askFor(url, `operations/${id}`))
    if (before !== now) changed.set(id, `GET /operations/${id} said ${before}, then ${now}`)
  }
  return changed
}

import type { MongoClient } from '../rig.ts'
import { storesOf } from '../stores.ts'

/**
 * Names that more than one operation has: every request of the load has a name of its own, so one of them was accepted
 * twice.
 *
 * @returns sentences, by the name
 */
export async function acceptedTwice(client: MongoClient): Promise<Map<string, string>> {
  const found = storesOf(client).operations.aggregate<{ _id: string; ids: string[] }>(
    [
      { $group: { _id: '$name', ids: { $push: '$_id' } } },
      { $match: { 'ids.1': { $exists: true } } },
    ],
    { allowDiskUse: true },
  )
  const twice = new Map<string, string>()
  for await (const { _id: name, ids } of found) {
    twice.set(name, `The request for "${name}" was accepted as ${ids.join(' and as ')}`)
  }
  return twice
}

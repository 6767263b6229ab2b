import { createHash, timingSafeEqual } from 'node:crypto'
import type { ApiKey } from './protection.settings.js'

/** The header that a key is sent in. */
export const API_KEY_HEADER = 'X-API-Key'

/** The keys that clients may send, of which only the digests are known. */
export class ApiKeys {
  constructor(private readonly keys: readonly ApiKey[]) {}

  /**
   * The client whose key this is. How long it takes to say so tells nothing of the keys: all of them are
   * compared, each in constant time.
   */
  ownerOf(key: string): string | undefined {
    const digest = createHash('sha256').update(key).digest()
    return this.keys.reduce<string | undefined>(
      (owner, each) => (timingSafeEqual(each.digest, digest) ? each.client : owner),
      undefined,
    )
  }
}

import type { Books } from '../../books/books.ts'
import { askFor } from '../witness.ts'

/**
 * Replicas whose `GET /operations/summary` is not what the books say; in sentences.
 *
 * @param urls of operation-service
 */
export async function miscounts(urls: readonly string[], books: Books): Promise<string[]> {
  const { accepted, completed, failed } = books
  const right = { accepted, completed, failed, pending: accepted - completed - failed }
  const sentences: string[] = []
  for (const url of urls) {
    const said = (await askFor(url, 'operations/summary')) ?? {}
    const isRight = Object.entries(right).every(([name, count]) => said[name] === count)
    if (isRight) continue
    sentences.push(
      `${url}/operations/summary says ${JSON.stringify(said)}, and the books ${JSON.stringify(right)}`,
    )
  }
  return sentences
}

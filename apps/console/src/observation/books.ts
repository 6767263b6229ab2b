import { type Books } from '../console.api.js'

/**
 * The books that `GET /operations/summary` answered with.
 * @param now milliseconds since the epoch
 * @throws for what is none
 */
export function booksOf(summary: unknown, now: number): Books {
  if (typeof summary !== 'object' || summary === null) throw new Error('The summary has no counts.')
  const fields = new Map<string, unknown>(Object.entries(summary))
  const count = (name: string) => {
    const value = fields.get(name)
    if (typeof value !== 'number') throw new Error(`The summary has no count "${name}".`)
    return value
  }
  const oldest = fields.get('oldestPending')
  return {
    accepted: count('accepted'),
    completed: count('completed'),
    failed: count('failed'),
    pending: count('pending'),
    unpublished: count('unpublished'),
    oldestPending:
      typeof oldest === 'string' ? Math.max(0, (now - Date.parse(oldest)) / 1_000) : null,
  }
}

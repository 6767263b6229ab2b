import type { Roster } from '../processes/roster.ts'

/** A way to fetch mongod; resolves to what went wrong, if anything. */
export type MongodSource = (fetch: {
  /** Where the program is to end up. */
  target: string
  /** An empty directory for what it takes to get there. */
  scratch: string
  roster: Roster
}) => Promise<string | undefined>

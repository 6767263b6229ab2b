import { describe, expect, it, vi } from 'vitest'

import { commitFirst } from './broken/commit-first.js'
import { EarlyMark, UnexpectingMark } from './broken/early-mark.js'
import { HastyKeys, UnheldClaim, UnheldId, UnmarkedBeginning } from './broken/keys.js'
import { LateWrite } from './broken/late-write.js'
import { PublishFirst } from './broken/publish-first.js'
import { AskFirst, OwnDecision, SilentOnRepeats } from './broken/user-creations.js'
import { search } from './search.js'
import { type Parts } from './services.js'

// The search's clock does not reach this module.
vi.mock('node:timers/promises', () => import('./sleep.js'))

/** Far more than needed: the hardest to find takes about 1,000 on average, most take fewer than 100. */
const RUNS = 10_000
/** As for the search itself: `SEARCH_SEED=7 npm test -- test/search`. */
const SEED = Number(process.env['SEARCH_SEED'] ?? 1)

const NOT_FOUND_FROM_MARK =
  /is not published, and (lies below the mark of its process|its process has no mark)/

/** What is done in the wrong order, and what comes of it. */
const faults: Record<string, { parts: Partial<Parts>; breaks: RegExp }> = {
  'commits before it has handled': { parts: { kafka: commitFirst }, breaks: /is stuck/ },
  'publishes an operation before it is stored': {
    parts: { Acceptance: PublishFirst },
    breaks: /a user that nobody asked for/,
  },
  'asks for an approval before the user is stored': {
    parts: { UserCreation: AskFirst },
    breaks: /is stuck|is pending, and lies below/,
  },
  'answers with what it decided instead of what is stored': {
    parts: { UserCreation: OwnDecision },
    breaks: /is told as (completed|failed) and was/,
  },
  'publishes nothing for what it has handled before': {
    parts: { UserCreation: SilentOnRepeats },
    breaks: /is stuck/,
  },
  'stores a mark above what it has not published': {
    parts: { Outbox: EarlyMark },
    breaks: NOT_FOUND_FROM_MARK,
  },
  'stores a mark above what is not stored yet': {
    parts: { Outbox: UnexpectingMark },
    breaks: NOT_FOUND_FROM_MARK,
  },
  'stores an operation later than others look for it': {
    parts: { UnsettledOperations: LateWrite },
    breaks: /lies below|has no mark|was accepted twice/,
  },
  'lets a key stand for another operation while the first one may be stored': {
    parts: { IdempotencyKeys: HastyKeys },
    breaks: /was accepted twice|stood for two operations/,
  },
  'begins an operation under an old id below its own mark': {
    parts: { Acceptance: UnmarkedBeginning },
    breaks: NOT_FOUND_FROM_MARK,
  },
  'moves its mark above an id that a key stands for': {
    parts: { Outbox: UnheldId },
    breaks: /lies below all marks/,
  },
  'moves its mark above an id that a key stands for unheard': {
    parts: { IdempotentAcceptance: UnheldClaim },
    breaks: /lies below all marks/,
  },
}

describe.each(Object.entries(faults))('a system that %s', (_, { parts, breaks }) => {
  it('is found out, by a short story', { timeout: 240_000 }, async () => {
    const { broken, runs } = await search(RUNS, { parts, seed: SEED })
    console.info(`After ${runs} runs (SEARCH_SEED=${SEED}):\n${broken?.message}`)
    expect(broken?.promise).toMatch(breaks)
    expect(broken!.story.length).toBeLessThanOrEqual(20)
  })
})

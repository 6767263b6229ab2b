import type { DeadLetter } from './dead-letter.ts'
import { shownAddress } from './dead-letter-topics.ts'
import { onOneLine } from './readable.ts'
import type { Span } from './spans.ts'

/** Columns of the terminal that lines fit into, keys cut; an operation's id has 36. */
const width = 100
const shortestKey = 20
/** The longest of each. */
const ageWidth = '59m'.length
const reasonWidth = 'handler-failed'.length
const stateWidth = 'redriven'.length

/** Dead letters as lines in columns; bodies are not shown. */
export class Table {
  private readonly addressWidth: number

  /** @param spans in which those that are shown lie */
  constructor(spans: readonly Span[]) {
    const addresses = spans
      .filter(({ from, to }) => from < to)
      .map((span) => shownAddress({ ...span, offset: span.to - 1 }))
    this.addressWidth = Math.max('address'.length, ...addresses.map(({ length }) => length))
  }

  heading(): string {
    return this.columns('address', 'age', 'reason', 'state', 'key')
  }

  /** @param now milliseconds since 1970 */
  line(letter: DeadLetter, isRedriven: boolean, now: number): string {
    const { reason, time, key } = letter
    const state = isRedriven ? 'redriven' : 'waiting'
    const shownKey = key === null ? '-' : onOneLine(key)
    return this.columns(shownAddress(letter), ageOf(time, now), reason, state, shownKey)
  }

  private columns(
    address: string,
    age: string,
    reason: string,
    state: string,
    key: string,
  ): string {
    const before = [
      address.padEnd(this.addressWidth),
      age.padStart(ageWidth),
      reason.padEnd(reasonWidth),
      state.padEnd(stateWidth),
      '',
    ].join('  ')
    const room = Math.max(shortestKey, width - before.length)
    return before + (key.length > room ? `${key.slice(0, room - 1)}…` : key)
  }
}

/** How long ago that was, in its largest unit: `40s`, `12m`, `3h`, `5d`. */
export function ageOf(time: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(time)) / 1_000)
  if (Number.isNaN(seconds)) return '?'
  if (seconds < 60) return `${Math.max(0, seconds)}s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

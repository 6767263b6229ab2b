import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { firstIdAt } from '#contracts'

import { OpenWalk, WALK_START, type WalkSource, type WalkState } from './open-walk.js'

const NOW = 1_800_000_000_000
const SECOND = 1_000
/** What is older lies below every mark's limit. */
const DAY = 24 * 60 * 60 * SECOND

/** Both collections in memory; counts what is read. */
class History implements WalkSource {
  readonly all: string[] = []
  readonly done = new Map<string, string>()
  read = 0

  /** Begins operations, one for each age in milliseconds. */
  begin(now: number, ages: readonly number[]): string[] {
    const ids = ages.map((age, index) => idOf(now - age, this.all.length + index))
    this.all.push(...ids)
    this.all.sort()
    return ids
  }

  end(ids: Iterable<string>, how = 'completed'): void {
    for (const id of ids) this.done.set(id, how)
  }

  get open(): string[] {
    return this.all.filter((id) => !this.done.has(id))
  }

  async begun(after: string, before: string, limit: number): Promise<string[]> {
    const next = this.all.findIndex((id) => id > after)
    const page = this.all.slice(next < 0 ? Infinity : next).slice(0, limit)
    while (page.length > 0 && page.at(-1)! >= before) page.pop()
    this.read += page.length
    return page
  }

  async ended(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      ids.flatMap((id) => (this.done.has(id) ? [[id, this.done.get(id)!] as const] : [])),
    )
  }
}

/** Ids of one millisecond differ in their last digits. */
function idOf(time: number, index: number): string {
  return firstIdAt(time).slice(0, -6) + index.toString(16).padStart(6, '0')
}

const sorted = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => to - index)

describe('a walk', () => {
  it('finds nothing where nothing was begun', async () => {
    const walk = new OpenWalk(new History(), WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([])
    expect(walk.position).toEqual(WALK_START)
  })

  it('finds the open ones, the oldest first', async () => {
    const history = new History()
    const ids = history.begin(NOW, [50_000, 40_000, 30_000, 20_000])
    history.end([ids[0]!, ids[2]!])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([ids[1], ids[3]])
  })

  it('leaves those alone that are younger than ten seconds, for more may come before them', async () => {
    const history = new History()
    const [old] = history.begin(NOW, [10_001, 9_999])
    expect(await new OpenWalk(history, WALK_START).next(NOW, NOW - DAY)).toEqual([old])
  })

  it('looks at younger ones when it is asked to, and does not move its mark past them', async () => {
    const history = new History()
    const [settled, young] = history.begin(NOW, [20_000, 5_000])
    history.end([settled!])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - 4_000)).toEqual([young])
    expect(walk.position.mark).toBe(settled)
    history.end([young!])
    expect(await walk.next(NOW, NOW - 4_000)).toEqual([])
    expect(walk.position.mark).toBe(settled)
  })

  it('looks at younger ones behind more than a page of settled ones', async () => {
    const history = new History()
    history.end(history.begin(NOW, sorted(5_000, 8_000)))
    const [open] = history.begin(NOW, [4_500])
    expect(await new OpenWalk(history, WALK_START).next(NOW, NOW - 4_000)).toEqual([open])
  })

  it('does not read settled history twice, not even from a stored position', async () => {
    const history = new History()
    history.end(history.begin(NOW, sorted(DAY, DAY + 100_000)))
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([])
    expect(history.read).toBe(100_000)
    await walk.next(NOW + SECOND, NOW - DAY)
    const stored = JSON.parse(JSON.stringify(walk.position)) as WalkState
    await new OpenWalk(history, stored).next(NOW + SECOND, NOW - DAY)
    expect(history.read).toBe(100_000)
  })

  it('stops after a hundred thousand settled ones, and goes on from there the next time', async () => {
    const history = new History()
    const ids = history.begin(NOW, sorted(DAY, DAY + 101_000))
    history.end(ids.slice(0, -1))
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([])
    expect(walk.position.mark).toBe(ids[99_999])
    expect(await walk.next(NOW, NOW - DAY)).toEqual([ids.at(-1)])
  })

  it('reads no more than a page each time while a young one is open', async () => {
    const history = new History()
    const ids = history.begin(NOW, sorted(20_000, 25_000))
    history.end(ids.slice(1))
    const walk = new OpenWalk(history, WALK_START)
    for (let call = 1; call <= 3; call += 1) {
      expect(await walk.next(NOW, NOW - DAY)).toEqual([ids[0]])
      expect(history.read).toBe(call * 1_000)
    }
  })
})

describe('the totals', () => {
  it('are of what the mark has passed, and of those kept apart once they end', async () => {
    const history = new History()
    const [stuck, failed, ...others] = history.begin(NOW, [DAY, 50_000, 40_000, 30_000, 9_000])
    history.end([failed!], 'failed')
    history.end(others)
    const walk = new OpenWalk(history, WALK_START)
    await walk.next(NOW, NOW - DAY)
    expect(walk.position.totals).toEqual({ begun: 4, ended: { completed: 2, failed: 1 } })
    history.end([stuck!], 'failed')
    await walk.next(NOW, NOW - DAY)
    expect(walk.position.totals).toEqual({ begun: 4, ended: { completed: 2, failed: 2 } })
  })
})

describe('while records may still appear from an id on', () => {
  it('the mark stays below it, and what is open beyond is found all the same', async () => {
    const history = new History()
    const ids = history.begin(NOW, [90_000, 80_000, 70_000, 20_000])
    history.end([ids[0]!, ids[1]!])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY, ids[1])).toEqual([ids[2], ids[3]])
    expect(walk.position).toMatchObject({ mark: ids[0], stragglers: [] })
    const [late] = history.begin(NOW, [79_000])
    expect(await walk.next(NOW, NOW - DAY, undefined)).toEqual([late, ids[2], ids[3]])
  })

  it('what is old and open above the mark is told, however old', async () => {
    const history = new History()
    const ids = history.begin(NOW, [90_000, 80_000])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY, ids[0])).toEqual(ids)
    expect(walk.position.mark).toBe(WALK_START.mark)
  })
})

describe('an operation that stays open', () => {
  it('is kept apart once it is older than a minute, and the mark moves on', async () => {
    const history = new History()
    const [stuck, ...others] = history.begin(NOW, [60_001, 50_000, 40_000])
    history.end(others)
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([stuck])
    expect(walk.position).toMatchObject({ mark: others[1], stragglers: [stuck] })
  })

  it('holds the mark before it is that old', async () => {
    const history = new History()
    const ids = history.begin(NOW, [70_000, 59_999, 40_000])
    history.end([ids[0]!, ids[2]!])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([ids[1]])
    expect(walk.position).toMatchObject({ mark: ids[0], stragglers: [] })
  })

  it('is told each time until it ends, and then no more', async () => {
    const history = new History()
    const [stuck] = history.begin(NOW, [DAY])
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toEqual([stuck])
    expect(await walk.next(NOW + SECOND, NOW - DAY)).toEqual([stuck])
    history.end([stuck!])
    expect(await walk.next(NOW + 2 * SECOND, NOW - DAY)).toEqual([])
    expect(walk.position.stragglers).toEqual([])
  })

  it('is one of 500 kept apart; the mark waits before the 501st', async () => {
    const history = new History()
    history.begin(NOW, sorted(DAY, DAY + 500))
    const walk = new OpenWalk(history, WALK_START)
    expect(await walk.next(NOW, NOW - DAY)).toHaveLength(500)
    expect(walk.position.stragglers).toHaveLength(500)
    const [last] = history.begin(NOW, [DAY / 2])
    expect(await walk.next(NOW, NOW - DAY)).toEqual(history.open)
    expect(walk.position.mark < last!).toBe(true)
  })
})

/** Time passes, operations begin and end, in any order; now and then somebody walks, or starts again from the store. */
type Happening =
  | { what: 'begin'; ages: number[] }
  | { what: 'end'; places: number[] }
  | { what: 'end all' }
  | { what: 'wait'; milliseconds: number }
  | { what: 'walk'; horizon: number }
  | { what: 'restart' }

const places = fc.array(fc.nat(), { maxLength: 400 })
const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    // Records appear a few seconds after their ids were made, and so before others that are there.
    fc.record({
      what: fc.constant('begin' as const),
      ages: fc.oneof(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 900, maxLength: 1_300 }),
      ),
    }),
    fc.record({ what: fc.constant('end' as const), places }),
    fc.constant({ what: 'end all' as const }),
    fc.record({
      what: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(500, 5_000, 20_000, 70_000),
    }),
    fc.record({
      what: fc.constant('walk' as const),
      horizon: fc.constantFrom(3_000, 15_000, DAY),
    }),
    fc.constant({ what: 'restart' as const }),
  ),
  { maxLength: 30, size: 'max' },
)

async function walkAndCheck(
  walk: OpenWalk,
  history: History,
  now: number,
  horizon: number,
): Promise<void> {
  const settled = firstIdAt(now - 10_000)
  const until = firstIdAt(Math.max(now - horizon, now - 10_000))
  const inSight = history.open.filter((id) => id < until)
  const found = await walk.next(now, now - horizon)
  expect(found).toEqual(inSight.slice(0, found.length))
  expect(found.length > 0).toBe(inSight.length > 0)
  const { mark, stragglers, totals } = walk.position
  expect(stragglers).toEqual(history.open.filter((id) => id <= mark))
  const passed = history.all.filter((id) => id <= mark)
  expect(totals.begun).toBe(passed.length)
  expect(totals.ended['completed'] ?? 0).toBe(passed.length - stragglers.length)
  expect(mark < settled).toBe(true)
}

describe('whatever happens', () => {
  it('a walk finds the oldest open ones, and its mark passes none that it does not keep apart', async () => {
    const told = fc.assert(
      fc.asyncProperty(happenings, async (story) => {
        const history = new History()
        let walk = new OpenWalk(history, WALK_START)
        let stored = walk.position
        let now = NOW
        for (const happening of story) {
          if (happening.what === 'begin') history.begin(now, happening.ages)
          if (happening.what === 'end') {
            const { open } = history
            if (open.length > 0) history.end(happening.places.map((at) => open[at % open.length]!))
          }
          if (happening.what === 'end all') history.end(history.open)
          if (happening.what === 'wait') now += happening.milliseconds
          if (happening.what === 'restart') walk = new OpenWalk(history, stored)
          if (happening.what === 'walk') {
            await walkAndCheck(walk, history, now, happening.horizon)
            stored = walk.position
          }
        }
      }),
      { numRuns: 200 },
    )
    await expect(told).resolves.toBeUndefined()
  })
})

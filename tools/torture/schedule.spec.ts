import { describe, expect, it } from 'vitest'
import { kinds, schedule, type Fault, type Victim } from './schedule.ts'

const victims: Victim[] = [
  { name: 'user-service-1', sort: 'service' },
  { name: 'user-service-2', sort: 'service' },
  { name: 'operation-service-1', sort: 'service' },
  { name: 'operation-service-2', sort: 'service' },
  { name: 'user-approval-service-1', sort: 'service' },
  { name: 'user-approval-service-2', sort: 'service' },
  { name: 'broker', sort: 'broker' },
  { name: 'database', sort: 'database' },
  { name: 'user-service-1 to broker', sort: 'link' },
  { name: 'user-service-1 to database', sort: 'link' },
  { name: 'user-service-2 to broker', sort: 'link' },
  { name: 'operation-service-1 to database', sort: 'link' },
]

const faults = (seed: number, count: number): Fault[] =>
  schedule(seed, victims).take(count).toArray()

describe('The schedule of faults', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(faults(1, 300)).toEqual(faults(1, 300))
    expect(faults(1, 300)).not.toEqual(faults(2, 300))
  })

  it.each([1, 2, 3])('brings about three hundred faults in ten minutes (seed %i)', (seed) => {
    const within = faults(seed, 1_000).filter(({ at }) => at < 600_000)
    expect(within.length).toBeGreaterThan(240)
    expect(within.length).toBeLessThan(360)
  })

  it('brings every kind and harms everybody', () => {
    const many = faults(4, 1_000)
    expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(kinds))
    expect(new Set(many.map(({ victim }) => victim))).toEqual(new Set(victims))
  })

  it('cuts networks and kills processes, and not the other way round', () => {
    for (const { kind, victim, pace } of faults(5, 1_000)) {
      const isOfNetworks = ['cut', 'slow', 'stall'].includes(kind)
      expect(isOfNetworks).toBe(victim.sort === 'link')
      expect(pace !== undefined).toBe(kind === 'slow')
    }
  })

  it('leaves a victim alone until it is well again', () => {
    const last = new Map<Victim, Fault>()
    for (const fault of faults(6, 1_000)) {
      const before = last.get(fault.victim)
      if (before) expect(fault.at).toBeGreaterThan(before.at + before.lasts + 4_900)
      last.set(fault.victim, fault)
    }
  })

  it('lets faults overlap, and never more than six', () => {
    const many = faults(7, 1_000)
    const atOnce = many.map(
      ({ at }) => many.filter((other) => other.at <= at && at < other.at + other.lasts).length,
    )
    expect(Math.max(...atOnce)).toBeGreaterThan(1)
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(6)
  })

  it('pauses for at most twenty seconds, and starts again after at most three', () => {
    for (const { kind, lasts } of faults(8, 1_000)) {
      expect(lasts).toBeLessThanOrEqual(kind === 'kill' || kind === 'stop' ? 3_000 : 20_000)
    }
  })
})

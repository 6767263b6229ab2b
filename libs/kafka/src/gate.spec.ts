import { describe, expect, it } from 'vitest'

import { Gate } from './gate.js'

/** The order in which promises are fulfilled. */
function orderOf<Value>(promises: Promise<Value>[]): Value[] {
  const order: Value[] = []
  for (const promise of promises) void promise.then((value) => order.push(value))
  return order
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a gate', () => {
  it('grants at once what is free', async () => {
    const gate = new Gate(5)
    expect(await gate.enter(2)).toBe(2)
    expect(await gate.enter(3)).toBe(3)
  })

  it('grants a part when less than wanted is free', async () => {
    const gate = new Gate(5)
    await gate.enter(3)
    expect(await gate.enter(10)).toBe(2)
  })

  it('never grants more than its size', async () => {
    expect(await new Gate(5).enter(6)).toBe(5)
  })

  it('makes one wait that finds it full until a place is given back', async () => {
    const gate = new Gate(1)
    await gate.enter(1)
    const entered = orderOf([gate.enter(4)])
    await settled()
    expect(entered).toEqual([])
    gate.leave(1)
    await settled()
    expect(entered).toEqual([1])
  })

  it('serves who came first first, and lets nobody by who wants less', async () => {
    const gate = new Gate(3)
    await gate.enter(3)
    const name = (who: string, wanted: number) =>
      gate.enter(wanted).then((granted) => ({ who, granted }))
    const entered = orderOf([name('first', 3), name('second', 1), name('third', 2)])
    gate.leave(1)
    await settled()
    expect(entered).toEqual([{ who: 'first', granted: 1 }])
    gate.leave(2)
    await settled()
    expect(entered.slice(1)).toEqual([
      { who: 'second', granted: 1 },
      { who: 'third', granted: 1 },
    ])
  })

  it('has all its places again when all were given back', async () => {
    const gate = new Gate(7)
    const granted = [await gate.enter(3), await gate.enter(9)]
    for (const places of granted) gate.leave(places)
    expect(await gate.enter(9)).toBe(7)
  })
})

describe('a wait that is aborted', () => {
  it('ends with the reason, and takes no place', async () => {
    const gate = new Gate(1)
    await gate.enter(1)
    const giveUp = new AbortController()
    const waiting = gate.enter(1, giveUp.signal)
    const next = gate.enter(1)
    giveUp.abort(new Error('stopping'))
    await expect(waiting).rejects.toThrow('stopping')
    gate.leave(1)
    expect(await next).toBe(1)
  })

  it('does not begin when it is aborted before', async () => {
    const gate = new Gate(1)
    await expect(gate.enter(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(await gate.enter(1)).toBe(1)
  })

  it('keeps the places it was granted before', async () => {
    const gate = new Gate(1)
    await gate.enter(1)
    const giveUp = new AbortController()
    const waiting = gate.enter(1, giveUp.signal)
    gate.leave(1)
    giveUp.abort()
    expect(await waiting).toBe(1)
  })
})

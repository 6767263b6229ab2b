import { describe, expect, it } from 'vitest'

import { FailureWatch } from './failure-watch.js'

function setUp() {
  let now = 1_000
  const watch = new FailureWatch(() => now)
  const failures = (count: number) => Array.from({ length: count }, () => watch.isPoison())
  const pass = (seconds: number) => (now += seconds * 1_000)
  return { watch, failures, pass }
}

const times = (count: number, value: boolean) => Array.from({ length: count }, () => value)

describe('a failure', () => {
  it('is taken for poison as long as there are no more than ten in a minute', () => {
    const { watch, failures } = setUp()
    expect(failures(10)).toEqual(times(10, true))
    expect(watch.pause).toBe(0)
  })

  it('is the eleventh in a minute: the program is at fault, and everything waits for 30 s', () => {
    const { watch, failures, pass } = setUp()
    failures(10)
    pass(59)
    expect(failures(1)).toEqual([false])
    expect(watch.pause).toBe(30_000)
    pass(29)
    expect(watch.pause).toBe(1_000)
    pass(1)
    expect(watch.pause).toBe(0)
  })

  it('is the eleventh, but a minute after the first: poison', () => {
    const { watch, failures, pass } = setUp()
    failures(10)
    pass(60)
    expect(failures(1)).toEqual([true])
    expect(watch.pause).toBe(0)
  })

  it('of a partition that was not reached by the pause is no poison either', () => {
    const { failures } = setUp()
    failures(11)
    expect(failures(1)).toEqual([false])
  })
})

describe('after a pause', () => {
  it('one failure is enough for the next one', () => {
    const { watch, failures, pass } = setUp()
    failures(11)
    pass(30)
    expect(failures(1)).toEqual([false])
    expect(watch.pause).toBe(30_000)
  })

  it('that was followed by a minute without failures, a failure is poison again', () => {
    const { watch, failures, pass } = setUp()
    failures(11)
    pass(90)
    expect(failures(1)).toEqual([true])
    expect(watch.pause).toBe(0)
  })

  it('a failure is suspicious until the whole minute is over', () => {
    const { failures, pass } = setUp()
    failures(11)
    pass(89)
    expect(failures(1)).toEqual([false])
  })
})

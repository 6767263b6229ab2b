import { expect, test } from 'vitest'
import { scriptOf } from './script.ts'

const options = { rate: 15, maxReplicas: 12, isHeadless: true, record: undefined }

test('both acts last two to four minutes, with the time that it takes to go down again', () => {
  const { acts, maxReplicas, syncSeconds, downWindowSeconds } = scriptOf({
    ...options,
    acts: [1, 2],
  })
  const played = acts.flatMap(({ steps }) => steps.map(({ seconds }) => seconds))
  const seconds = played.reduce((sum, one) => sum + one, 0)
  // One replica at each look, when the window is over.
  const down = downWindowSeconds + (maxReplicas - 1) * syncSeconds
  expect(seconds).toBeGreaterThanOrEqual(120)
  expect(seconds + down).toBeLessThanOrEqual(240)
})

test('the load of the second act grows from that of the first', () => {
  const { acts } = scriptOf({ ...options, acts: [1, 2] })
  const rates = acts.map(({ steps }) => steps.map(({ usersPerSecond }) => usersPerSecond))
  expect(rates).toEqual([[15], [15, 25, 35]])
})

test('one act is played alone when only that is asked for', () => {
  const { acts } = scriptOf({ ...options, acts: [2] })
  expect(acts.map(({ number, isScaled }) => [number, isScaled])).toEqual([[2, true]])
})

import { expect, it, vi } from 'vitest'

import { Question } from './question.js'

const PATIENCE = 20

it('is answered with what was found', async () => {
  const found = await new Question(async () => 7, PATIENCE).answer()
  expect(found?.value).toBe(7)
})

it('has no answer when asking fails', async () => {
  const failing = new Question(() => Promise.reject(new Error('away')), PATIENCE)
  expect(await failing.answer()).toBeUndefined()
})

it('has no answer in time, and then the one that was late', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const ask = vi.fn(() => promise)
  const question = new Question(ask, PATIENCE)
  expect(await question.answer()).toBeUndefined()
  const again = question.answer()
  resolve(7)
  expect((await again)?.value).toBe(7)
  expect(ask).toHaveBeenCalledOnce()
})

it('is asked anew once it is answered', async () => {
  let answers = 0
  const question = new Question(async () => (answers += 1), PATIENCE)
  await question.answer()
  expect((await question.answer())?.value).toBe(2)
})

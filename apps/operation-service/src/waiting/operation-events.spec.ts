import { expect, it } from 'vitest'

import { type OperationDto } from '../operations/operation.dto.js'
import { operationExamples } from '../operations/operation.examples.js'
import { eventsOf } from './operation-events.js'

const { pending, completed } = operationExamples

/** What is said of an operation that is looked at again and again. */
async function said(looks: OperationDto[], lastSeen?: string, over = false): Promise<string[]> {
  const [first, ...others] = looks
  const events: string[] = []
  const stream = eventsOf(
    first!,
    lastSeen,
    async () => others.shift()!,
    () => over,
  )
  for await (const event of stream) events.push(event)
  return events
}

const event = ({ value }: { value: OperationDto }) =>
  `id: ${value.state}\ndata: ${JSON.stringify(value)}\n\n`

it('tells the state, that it is still there, and how it ended', async () => {
  expect(await said([pending.value, pending.value, completed.value])).toEqual([
    'retry: 1000\n\n',
    event(pending),
    ': still pending\n\n',
    event(completed),
  ])
})

it('tells of one that has ended at once, and is over', async () => {
  expect(await said([completed.value])).toEqual(['retry: 1000\n\n', event(completed)])
})

it('does not tell again what the client has seen', async () => {
  expect(await said([pending.value, completed.value], 'pending')).toEqual([
    'retry: 1000\n\n',
    event(completed),
  ])
})

it('is over when nobody listens, or the process is about to stop', async () => {
  expect(await said([pending.value, pending.value], undefined, true)).toEqual([
    'retry: 1000\n\n',
    event(pending),
  ])
})

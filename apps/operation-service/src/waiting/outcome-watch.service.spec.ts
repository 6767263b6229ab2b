import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { newOperationId } from '#contracts'
import { Health } from '#service-defaults'

import { type OperationsRepository } from '../operations/operations.repository.js'
import { type OutcomeRecord } from '../operations/outcome.schema.js'
import { OutcomeWatch } from './outcome-watch.service.js'

const LONG = 10_000
const here = () => new AbortController().signal

const outcomeOf = (_id: string): OutcomeRecord => ({
  _id,
  state: 'completed',
  userId: _id,
  steps: {},
  finishedAt: new Date(),
})

let stored: Map<string, OutcomeRecord>
let ended: ReturnType<typeof vi.fn<(ids: readonly string[]) => Promise<OutcomeRecord[]>>>
let health: Health
let watch: OutcomeWatch

beforeEach(() => {
  stored = new Map()
  ended = vi.fn(async (ids) => ids.flatMap((id) => stored.get(id) ?? []))
  health = new Health()
  watch = new OutcomeWatch({ ended } as unknown as OperationsRepository, health)
})

const store = (id: string) => stored.set(id, outcomeOf(id))

describe('who waits for an operation', () => {
  it('is told how it ended, though another replica stored it', async () => {
    const id = newOperationId()
    const told = watch.ended(id, LONG, here())
    await vi.waitFor(() => expect(ended).toHaveBeenCalled())
    store(id)
    expect(await told).toEqual(stored.get(id))
  })

  it('is told at once of what this process stored', async () => {
    const [id, outcome] = [newOperationId(), outcomeOf('any')]
    const told = watch.ended(id, LONG, here())
    watch.tell([{ ...outcome, _id: id }])
    expect(await told).toEqual({ ...outcome, _id: id })
  })

  it('shares one look with all the others', async () => {
    const ids = Array.from({ length: 1_000 }, () => newOperationId())
    const told = Promise.all(ids.map((id) => watch.ended(id, LONG, here())))
    await vi.waitFor(() => expect(ended.mock.calls.length).toBeGreaterThan(2))
    const looks = ended.mock.calls.length
    await vi.waitFor(() => expect(ended.mock.calls.length).toBeGreaterThan(looks))
    expect(ended.mock.calls.at(-1)![0]).toHaveLength(1_000)
    for (const id of ids) store(id)
    expect((await told).map((outcome) => outcome?._id)).toEqual(ids)
  })

  it('with others for the same operation is told like them', async () => {
    const id = newOperationId()
    const told = Promise.all([watch.ended(id, LONG, here()), watch.ended(id, LONG, here())])
    store(id)
    expect((await told).map((outcome) => outcome?._id)).toEqual([id, id])
  })

  it('is told in spite of a database that was away for a moment', async () => {
    const id = newOperationId()
    ended.mockRejectedValueOnce(new Error('away'))
    const told = watch.ended(id, LONG, here())
    store(id)
    expect(await told).toMatchObject({ _id: id })
  })
})

describe('a wait ends without an outcome', () => {
  it('when its time is up', async () => {
    expect(await watch.ended(newOperationId(), 1, here())).toBe(undefined)
  })

  it('when the client is gone, before or meanwhile', async () => {
    const client = new AbortController()
    const told = watch.ended(newOperationId(), LONG, client.signal)
    client.abort()
    expect(await told).toBe(undefined)
    expect(await watch.ended(newOperationId(), LONG, client.signal)).toBe(undefined)
  })

  it('when the process is about to stop', async () => {
    const told = watch.ended(newOperationId(), LONG, here())
    health.startDraining()
    expect(await told).toBe(undefined)
  })
})

it('looks for nothing while nobody waits', async () => {
  await watch.ended(newOperationId(), 1, here())
  expect(watch.size).toBe(0)
  await sleep(50)
  const looks = ended.mock.calls.length
  await sleep(100)
  expect(ended.mock.calls.length).toBe(looks)
})

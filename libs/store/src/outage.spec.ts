import { createConnection, Schema } from 'mongoose'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { firstIdAt } from '#contracts'
import { eventually, layWire, startTestDatabase } from '#testing'

import { DatabaseUnavailable, OutcomeUnknown } from './database.errors.js'
import { DATABASE_OPTIONS } from './database.module.js'
import { type RecordOf, Records } from './records.js'

const database = await startTestDatabase()
const wire = await layWire(database.uri)
const connection = createConnection(wire.uri, {
  ...DATABASE_OPTIONS,
  dbName: 'outage',
})
afterAll(() => connection.close())
await connection.asPromise()
const model = connection.model<RecordOf>('Sample', new Schema({ _id: String }), 'samples')
const records = new Records(model)
const [a, b] = [1, 2].map(firstIdAt) as [string, string]

afterEach(async () => {
  wire.mend()
  await eventually(() => records.find([a]))
  await model.collection.deleteMany({})
})

describe('a database that is away', () => {
  it('is told of reads and writes as unavailable: nothing is stored', async () => {
    wire.cut()
    await expect(records.find([a])).rejects.toThrow(DatabaseUnavailable)
    await expect(records.insert([{ _id: a }])).rejects.toThrow(DatabaseUnavailable)
    wire.mend()
    expect(await eventually(() => records.present([a]))).toEqual(new Set())
  })
})

describe('a database that goes away after a write was sent', () => {
  it('leaves the outcome unknown: it may be stored, and it is', async () => {
    wire.cutAfter('insert')
    await expect(records.insert([{ _id: a }])).rejects.toThrow(OutcomeUnknown)
    wire.mend()
    await eventually(async () => expect(await records.present([a, b])).toEqual(new Set([a])))
  })
})

describe('a database that takes a write and says nothing', () => {
  it('leaves the outcome unknown, in the time that the call may take', async () => {
    wire.silence()
    const hurried = new Records(model, 100)
    await expect(hurried.insert([{ _id: a }])).rejects.toThrow(OutcomeUnknown)
    await expect(hurried.find([a])).rejects.toThrow(DatabaseUnavailable)
  })
})

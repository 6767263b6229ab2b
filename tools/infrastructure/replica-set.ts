import mongoose from 'mongoose'
import type { Footprint } from './options.ts'

const { MongoClient, MongoServerError } = mongoose.mongo
type MongoClient = InstanceType<typeof MongoClient>

const notYetInitialized = 94
const replicaSet = 'rs0'

/** Whether a database answers at all. */
export async function databaseAnswers(uri: string, timeoutMs: number): Promise<boolean> {
  return withClient(uri, timeoutMs, async (client) => {
    await client.db('admin').command({ ping: 1 })
    return true
  })
}

/**
 * Whether the node at the URI is the primary of its one-node replica set by now. What is missing for
 * that is done: the set is initiated, or takes over the node's new address when its port has changed.
 *
 * @param member the node's own address, as it goes into the set's configuration
 */
export async function primaryAnswers(uri: string, member: string): Promise<boolean> {
  return withClient(uri, 1_000, async (client) => {
    const admin = client.db('admin')
    const hello = await admin.command({ hello: 1 })
    if (hello['isWritablePrimary'] === true && hello['me'] === member) return true
    await configure(client, member)
    return false
  })
}

async function configure(client: MongoClient, member: string): Promise<void> {
  const admin = client.db('admin')
  const members = [{ _id: 0, host: member }]
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 })
    if (config.members[0].host === member) return
    const changed = { ...config, version: config.version + 1, members }
    await admin.command({ replSetReconfig: changed, force: true })
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === notYetInitialized)) throw error
    await admin.command({ replSetInitiate: { _id: replicaSet, members } })
  }
}

async function withClient(
  uri: string,
  timeoutMs: number,
  ask: (client: MongoClient) => Promise<boolean>,
): Promise<boolean> {
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: 5_000,
  })
  try {
    return await ask(client)
  } catch {
    // Not up yet, or in the middle of a change: who asks does so until it is or the time is over.
    return false
  } finally {
    await client.close()
  }
}

/** The options of mongod that both ways to run it share. */
export function mongodOptions(footprint: Footprint): string[] {
  return [
    `--replSet=${replicaSet}`,
    '--quiet',
    `--oplogSize=${footprint === 'small' ? 64 : 1024}`,
    `--wiredTigerCacheSizeGB=${footprint === 'small' ? 0.25 : 1}`,
    '--setParameter=diagnosticDataCollectionEnabled=false',
  ]
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { mongo } from 'mongoose'

import { type Database } from '../../tools/infrastructure/database.ts'
import { findMongod } from '../../tools/infrastructure/mongod-binary.ts'
import { infrastructureChoice } from '../../tools/infrastructure/options.ts'
import { mongodOptions } from '../../tools/infrastructure/replica-set.ts'
import { type Exit, type ManagedProcess } from '../../tools/processes/managed-process.ts'
import { freePort } from '../../tools/processes/ports.ts'
import { workerRoster } from '../../tools/testing/worker-roster.ts'

const SET = 'rs0'
const MEMBERS = 3
/** Seconds in which a primary that stepped down does not stand for election. */
const STEPS_BACK_FOR = 10

interface Member {
  host: string
  data: string
  process?: ManagedProcess
}

/** Why there can be no replica set on this machine; undefined if there can. */
export async function whyNoReplicaSet(): Promise<string | undefined> {
  const only = 'three databases run natively only'
  if (infrastructureChoice(process.env) === 'docker') {
    return `TIDEWAY_INFRASTRUCTURE is docker, and ${only}.`
  }
  const found = await findMongod(workerRoster())
  return found.isThere ? undefined : `Here ${found.reason}, and ${only}.`
}

/** A database of three members, one of which is the primary. */
export class ReplicaSet implements Database {
  readonly name = 'database'
  readonly origin = 'native'
  readonly pid = undefined
  readonly exited = new Promise<Exit>(() => {})
  readonly uri: string
  private client: mongo.MongoClient | undefined

  private constructor(
    private readonly mongod: string,
    private readonly directory: string,
    private readonly members: Member[],
  ) {
    this.uri = `mongodb://${members.map(({ host }) => host).join()}/?replicaSet=${SET}`
  }

  /** Starts all three and waits for their first election. */
  static async start(directory: string): Promise<ReplicaSet> {
    const found = await findMongod(workerRoster())
    if (!found.isThere) throw new Error(found.reason)
    const members: Member[] = []
    for (let number = 1; number <= MEMBERS; number += 1) {
      const data = join(directory, `database-${number}`)
      members.push({ host: `127.0.0.1:${await freePort()}`, data })
    }
    const set = new ReplicaSet(found.mongod, directory, members)
    await set.start()
    await set.initiate()
    set.client = await new mongo.MongoClient(set.uri).connect()
    return set
  }

  /** Starts the members that do not run. */
  async start(): Promise<void> {
    for (const member of this.members) member.process ??= this.launch(member)
  }

  async stop(): Promise<void> {
    await this.client?.close()
    await this.end((process) => process.stop(30_000))
  }

  async kill(): Promise<void> {
    await this.client?.close()
    await this.end((process) => process.kill())
  }

  /** The primary hands over to another member. */
  async stepDown(): Promise<void> {
    await this.ask({ replSetStepDown: STEPS_BACK_FOR })
  }

  /** SIGKILL. */
  async killPrimary(): Promise<void> {
    const host = await this.primary()
    const member = this.members.find((one) => one.host === host)!
    await member.process!.kill()
    delete member.process
  }

  /** Waits until there is one. @returns its address */
  async primary(): Promise<string> {
    for (;;) {
      try {
        const { primary } = await this.ask({ hello: 1 })
        if (typeof primary === 'string') return primary
      } catch {
        // The members are voting.
      }
      await sleep(50)
    }
  }

  private async ask(command: mongo.Document): Promise<mongo.Document> {
    return this.client!.db('admin').command(command)
  }

  private launch({ host, data }: Member): ManagedProcess {
    mkdirSync(data, { recursive: true })
    const [address, port] = host.split(':')
    return workerRoster().launch('database', {
      name: `database at ${host}`,
      command: this.mongod,
      args: [
        `--dbpath=${data}`,
        `--port=${port}`,
        `--bind_ip=${address}`,
        '--nounixsocket',
        ...mongodOptions('small'),
      ],
      output: { file: join(this.directory, 'logs', `${port}.log`) },
    })
  }

  private async initiate(): Promise<void> {
    const clients = this.members.map(
      ({ host }) => new mongo.MongoClient(`mongodb://${host}/?directConnection=true`),
    )
    // Each has to answer before the first one may ask the others to join; connecting waits for that.
    await Promise.all(clients.map((client) => client.connect()))
    const members = this.members.map(({ host }, _id) => ({ _id, host }))
    await clients[0]!.db('admin').command({ replSetInitiate: { _id: SET, members } })
    await Promise.all(clients.map((client) => client.close()))
  }

  private async end(how: (process: ManagedProcess) => Promise<Exit>): Promise<void> {
    const running = this.members.flatMap(({ process }) => process ?? [])
    await Promise.all(running.map(how))
    for (const member of this.members) delete member.process
  }
}

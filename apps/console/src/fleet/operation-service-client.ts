import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'undici'

import { API_KEY_HEADER } from '#service-defaults'

import { Launcher } from './launcher.service.js'

/** Milliseconds that operation-service may take to create a user. */
const PATIENCE = 5_000
/** Milliseconds that it may take to tell something. */
const LOOK_PATIENCE = 2_000
/** Connections on which users are created, to each of its replicas, at most. */
const CONNECTIONS = 64

/** What operation-service has answered. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** operation-service, whichever of its replicas answers. */
@Injectable()
export class OperationServiceClient implements OnApplicationShutdown {
  private readonly forUsers = agent(CONNECTIONS, PATIENCE)
  /** So that looking does not wait for what is to be looked at. */
  private readonly forLooking = agent(2, LOOK_PATIENCE)
  private readonly credentials: Record<string, string>
  private turn = 0

  /**
   * @param address of it, where there is no launcher that tells
   * @param apiKey for each request, if there is one
   */
  constructor(
    private readonly address: string,
    apiKey: string | undefined,
    private readonly launcher: Launcher,
  ) {
    this.credentials = apiKey === undefined ? {} : { [API_KEY_HEADER]: apiKey }
  }

  /** Of the replicas that answer. */
  get replicas(): string[] {
    const told = this.launcher.services?.['operation-service'].processes
    if (told === undefined) return [this.address]
    return told.filter(({ ready }) => ready).map(({ url }) => url)
  }

  /** @throws when nobody answers, or not with 200 */
  async summary(): Promise<unknown> {
    return JSON.parse(await this.get(this.next(), '/operations/summary'))
  }

  /** What a replica tells Prometheus. @throws when it does not answer with 200 */
  metrics(replica: string): Promise<string> {
    return this.get(replica, '/metrics')
  }

  /**
   * `POST /users`. A request that was not answered is sent once more: by its key it is known to be the same.
   * @param user as JSON
   * @returns what it answered, its `Location` as an address of its own
   * @throws when nobody has answered
   */
  async createUser(user: string): Promise<Answer> {
    const key = randomUUID()
    try {
      return await this.post(user, key)
    } catch {
      return this.post(user, key)
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.forUsers.destroy(), this.forLooking.destroy()])
  }

  private async post(body: string, key: string): Promise<Answer> {
    const replica = this.next()
    const answer = await request(`${replica}/users`, {
      dispatcher: this.forUsers,
      method: 'POST',
      headers: { ...this.credentials, 'content-type': 'application/json', 'idempotency-key': key },
      body,
    })
    const { location, ...headers } = passedOn(answer.headers)
    return {
      status: answer.statusCode,
      headers: {
        ...headers,
        ...(location === undefined ? {} : { location: new URL(location, replica).href }),
      },
      body: await answer.body.text(),
    }
  }

  private async get(replica: string, path: string): Promise<string> {
    const { statusCode, body } = await request(`${replica}${path}`, {
      dispatcher: this.forLooking,
      headers: this.credentials,
    })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`)
    return text
  }

  /** Each replica in its turn. @throws when there is none */
  private next(): string {
    const { replicas } = this
    this.turn += 1
    const replica = replicas[this.turn % replicas.length]
    if (replica === undefined) throw new Error('No replica of operation-service answers.')
    return replica
  }
}

function agent(connections: number, patience: number): Agent {
  return new Agent({
    connections,
    connect: { timeout: 2_000 },
    headersTimeout: patience,
    bodyTimeout: patience,
  })
}

/** Of an answer's headers, those that mean the same when somebody else says them. */
const PASSED_ON = ['content-type', 'location', 'retry-after']

function passedOn(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (header): header is [string, string] =>
        PASSED_ON.includes(header[0]) && typeof header[1] === 'string',
    ),
  )
}

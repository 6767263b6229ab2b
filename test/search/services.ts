import { type MessageHandler } from '@nestjs/microservices'
import { type Kafka } from 'kafkajs'
import { type Connection } from 'mongoose'
import { type Gauge } from 'prom-client'

import { contracts, type MessageOf, type ServiceName, type TopicName } from '#contracts'
import {
  type BatchContext,
  BatchKafkaServer,
  type BatchKafkaServerParts,
  DeadLetters,
  Publisher,
  type TopicAdmin,
} from '#kafka'
import { Retention, WalkPosition } from '#store'
import { memoryModel } from '#testing'

import { type IdempotencyKeyRecord } from '../../apps/operation-service/src/idempotency/idempotency-key.schema.js'
import { IdempotencyKeys } from '../../apps/operation-service/src/idempotency/idempotency-keys.repository.js'
import { IdempotentAcceptance } from '../../apps/operation-service/src/idempotency/idempotent-acceptance.service.js'
import { Caretaker } from '../../apps/operation-service/src/open-operations/caretaker.service.js'
import { OpenOperations } from '../../apps/operation-service/src/open-operations/open-operations.service.js'
import { OverdueOperations } from '../../apps/operation-service/src/open-operations/overdue-operations.service.js'
import { Takeover } from '../../apps/operation-service/src/open-operations/takeover.service.js'
import { Acceptance } from '../../apps/operation-service/src/operations/acceptance.service.js'
import { Erasure as OperationsErasure } from '../../apps/operation-service/src/operations/erasure.service.js'
import { OperationsMessagesController } from '../../apps/operation-service/src/operations/operations.messages.controller.js'
import { type OperationMetrics } from '../../apps/operation-service/src/operations/operations.metrics.js'
import { OperationsRepository } from '../../apps/operation-service/src/operations/operations.repository.js'
import { OperationsService } from '../../apps/operation-service/src/operations/operations.service.js'
import { UnsettledOperations } from '../../apps/operation-service/src/operations/unsettled-operations.service.js'
import { Outbox } from '../../apps/operation-service/src/publication/outbox.service.js'
import { PublicationMarks } from '../../apps/operation-service/src/publication/publication-marks.service.js'
import { type OutcomeWatch } from '../../apps/operation-service/src/waiting/outcome-watch.service.js'
import { ApprovalMessagesController } from '../../apps/user-approval-service/src/approval/approval.messages.controller.js'
import { Approval } from '../../apps/user-approval-service/src/approval/approval.service.js'
import { ErasureMessagesController } from '../../apps/user-service/src/erasure/erasure.messages.controller.js'
import { Erasure } from '../../apps/user-service/src/erasure/erasure.service.js'
import { UserCreationMessagesController } from '../../apps/user-service/src/user-creation/user-creation.messages.controller.js'
import { type SagaMetrics } from '../../apps/user-service/src/user-creation/user-creation.metrics.js'
import { UserCreation } from '../../apps/user-service/src/user-creation/user-creation.service.js'
import { PendingUsers } from '../../apps/user-service/src/users/pending-users.service.js'
import { UsersRepository } from '../../apps/user-service/src/users/users.repository.js'

/** Milliseconds. Shorter than what makes a process be taken for gone for good, ten minutes. */
export const DEADLINE = 5 * 60_000

/** What may be built otherwise, to see whether the search finds out. */
export interface Parts {
  kafka: (kafka: Kafka) => Kafka
  Acceptance: typeof Acceptance
  IdempotencyKeys: typeof IdempotencyKeys
  IdempotentAcceptance: typeof IdempotentAcceptance
  Outbox: typeof Outbox
  UnsettledOperations: typeof UnsettledOperations
  UserCreation: typeof UserCreation
}

export const SOUND: Parts = {
  kafka: (kafka) => kafka,
  Acceptance,
  IdempotencyKeys,
  IdempotentAcceptance,
  Outbox,
  UnsettledOperations,
  UserCreation,
}

/** What a process has of the outside. */
export interface Outside {
  kafka: Kafka
  database: Connection
  /** Which of the replicas it is, from 1. */
  replica: number
}

/** A service that runs. */
export interface Service {
  /** A client asks for a user. @param key its idempotency key, if it has one */
  accept?: (user: { name: string }, key: string | undefined) => Promise<{ id: string }>
  /** A client asks to erase a user's data. */
  erase?: (id: string) => Promise<unknown>
  /** Ends as on SIGTERM. @param answered when its clients have been answered */
  stop: (answered: Promise<unknown>) => Promise<void>
}

type Start = (outside: Outside, parts: Parts) => Service

/** Builds and starts a service, as its modules do. */
export const services = {
  'operation-service': ({ kafka: client, database }, parts) => {
    const kafka = parts.kafka(client)
    const publisher = new Publisher(kafka)
    const repository = new OperationsRepository(
      memoryModel(database, 'operations'),
      memoryModel(database, 'outcomes'),
    )
    const outbox = new parts.Outbox(publisher, gauge)
    const marks = new PublicationMarks(database, outbox)
    const unsettled = new parts.UnsettledOperations(repository, outbox, marks, operationMetrics)
    const acceptance = new parts.Acceptance(
      repository,
      outbox,
      marks,
      operationMetrics,
      unsettled,
      Infinity,
    )
    const keys = new parts.IdempotencyKeys(
      memoryModel<IdempotencyKeyRecord>(database, 'idempotency_keys'),
    )
    const position = new WalkPosition(database)
    const operations = new OperationsService(
      acceptance,
      new parts.IdempotentAcceptance(keys, acceptance, repository, outbox),
      repository,
      position,
      { tell: nothing } as unknown as OutcomeWatch,
      operationMetrics,
    )
    const caretaker = new Caretaker(
      database,
      marks,
      new Takeover(marks, repository, publisher),
      new OpenOperations(position, repository, marks, gauge, gauge),
      new OverdueOperations(DEADLINE, repository, publisher),
      new Retention(database, position, {
        begun: repository.operations,
        ended: repository.outcomes,
        condition: {},
        endedAt: ({ finishedAt }) => finishedAt,
        keptFor: 0,
      }),
    )
    const erasure = new OperationsErasure(repository, keys)
    const controller = new OperationsMessagesController(operations, erasure)
    const consumer = consume('operation-service', kafka, publisher, {
      'user-create-response': (responses) => controller.finish(responses),
      'user-erase': (requests) => controller.erase(requests),
    })
    marks.onApplicationBootstrap()
    caretaker.onApplicationBootstrap()
    return {
      accept: (user, key) =>
        operations.createUser(user, { key }).then(({ operation }) => operation),
      stop: async (answered) => {
        await caretaker.onModuleDestroy()
        await answered
        await consumer.close()
        await marks.onApplicationShutdown()
      },
    }
  },
  'user-service': ({ kafka: client, database }, parts) => {
    const kafka = parts.kafka(client)
    const publisher = new Publisher(kafka)
    const repository = new UsersRepository(
      memoryModel(database, 'users'),
      memoryModel(database, 'decisions'),
    )
    const userCreation = new parts.UserCreation(repository, publisher, sagaMetrics, DEADLINE)
    const controller = new UserCreationMessagesController(userCreation)
    const erasure = new Erasure(repository, publisher, DEADLINE)
    const eraser = new ErasureMessagesController(erasure)
    const pending = new PendingUsers(
      database,
      repository,
      new Retention(database, repository.position, {
        begun: repository.users,
        ended: repository.decisions,
        condition: {},
        endedAt: ({ decidedAt }) => decidedAt,
        keptFor: 0,
      }),
    )
    const consumer = consume('user-service', kafka, publisher, {
      'user-create': (requests, context) => controller.request(requests, context),
      'user-approve-response': (decisions, context) => controller.settle(decisions, context),
      'user-erase': (requests) => eraser.erase(requests),
    })
    pending.onApplicationBootstrap()
    return {
      erase: (id) => erasure.request(id),
      stop: async () => {
        await pending.onModuleDestroy()
        await consumer.close()
      },
    }
  },
  'user-approval-service': ({ kafka: client, replica }, parts) => {
    const kafka = parts.kafka(client)
    const publisher = new Publisher(kafka)
    const settings = {
      APPROVAL_WORK_MS: 10,
      APPROVAL_CONCURRENCY: 1,
      // Two replicas do not agree, as while a setting is being changed: who decides first decides.
      APPROVAL_REJECT_PATTERN: replica === 1 ? /^reject/i : /^(reject|bob)/i,
    }
    const controller = new ApprovalMessagesController(new Approval(settings, publisher))
    const inFlight = { 'user-approve': 2 * settings.APPROVAL_CONCURRENCY }
    const handlers: Handlers = {
      'user-approve': (users, context) => controller.approve(users, context),
    }
    const consumer = consume('user-approval-service', kafka, publisher, handlers, inFlight)
    return { stop: () => consumer.close() }
  },
} satisfies Record<ServiceName, Start> as Record<ServiceName, Start>

type Handlers = {
  [Topic in TopicName]?: (messages: MessageOf<Topic>[], context: BatchContext) => Promise<void>
}

function consume(
  service: ServiceName,
  kafka: Kafka,
  publisher: Publisher,
  handlers: Handlers,
  inFlight: NonNullable<BatchKafkaServerParts['inFlight']> = {},
): BatchKafkaServer {
  const server = new BatchKafkaServer({
    contracts,
    service,
    kafka,
    clientId: service,
    topicAdmin,
    deadLetters: new DeadLetters(publisher),
    metrics: kafkaMetrics,
    inFlight,
  })
  for (const [topic, handle] of Object.entries(handlers)) {
    server.addHandler(topic, handle as MessageHandler, true)
  }
  void server.listen((error) => {
    if (error) throw error as Error
  })
  return server
}

const nothing = () => undefined
const topicAdmin = { ensureTopics: async () => undefined } as unknown as TopicAdmin
const gauge = { set: nothing, remove: nothing } as unknown as Gauge
const operationMetrics = {
  accepted: nothing,
  finished: nothing,
  repeated: nothing,
  unknown: nothing,
} as unknown as OperationMetrics
const sagaMetrics = { taken: nothing } as unknown as SagaMetrics
const kafkaMetrics = {
  handling: () => nothing,
  retried: nothing,
  buried: nothing,
  paused: nothing,
} as unknown as BatchKafkaServerParts['metrics']

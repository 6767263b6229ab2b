import {
  acceptedAt,
  type Decision,
  OUTCOME_OF,
  type MessageOf,
  topics,
  type TopicName,
} from '#contracts'
import { WALK_START, type WalkState } from '#store'
import { type StoredDocument } from '#testing'

import { BEGIN_WITHIN } from '../../apps/operation-service/src/operations/acceptance.service.js'
import { DEADLINE } from './services.js'
import { type World } from './world.js'

/** A promise that was not kept, and how it came to that. */
export class Broken extends Error {
  override readonly name = 'Broken'

  constructor(
    readonly promise: string,
    readonly story: readonly string[],
  ) {
    super([...story.map((line, index) => `${index + 1}. ${line}`), `So ${promise}.`].join('\n'))
  }
}

const INSERT_ONLY = ['operations', 'outcomes', 'users', 'decisions'] as const
type Collection = (typeof INSERT_ONLY)[number]

/** Looks whether the world keeps what the system promises. */
export class Promises {
  private readonly seen = new Map<string, { record: string; data: string; isErased: boolean }>()

  constructor(private readonly world: World) {}

  /** At all times. */
  watch(): void {
    this.checkRecords()
    this.checkKeys()
    this.checkMarks()
    this.checkWalk()
    this.checkPendingUsers()
    this.checkAnswers()
  }

  /** What is stored stays as it is; a person's data goes once, as a whole, and does not come back. */
  private checkRecords(): void {
    const present = new Set<string>()
    for (const collection of INSERT_ONLY) {
      for (const { name, email, reason, erasedAt, ...rest } of this.documents(collection)) {
        const key = `${collection}: ${this.name(rest._id)} (${rest._id})`
        const now = {
          record: JSON.stringify(rest),
          data: JSON.stringify({ name, email, reason, erasedAt }),
          isErased: erasedAt !== undefined,
        }
        const before = this.seen.get(key) ?? now
        const mayDiffer = now.isErased && !before.isErased
        present.add(key)
        if (before.record !== now.record || (before.data !== now.data && !mayDiffer)) {
          this.break(`${key} was changed`)
        }
        if (now.isErased && (name ?? email ?? reason) !== undefined) {
          this.break(`${key} is erased, and has data`)
        }
        this.seen.set(key, now)
      }
    }
    for (const key of this.seen.keys()) if (!present.has(key)) this.break(`${key} was removed`)
  }

  /** A client that has a key is told of one operation, and has one, however often it asks; others ask once. */
  private checkKeys(): void {
    for (const [name, told] of this.world.keyed) {
      if (told.size > 1) this.break(`the key of ${name} stood for two operations`)
    }
    const names = this.documents('operations').map(({ _id }) => this.name(_id))
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) this.break(`${name} was accepted twice`)
    }
    this.checkReservedIds()
  }

  /** An operation may be begun under an id that a key stands for: whoever looks from the marks on will find it. */
  private checkReservedIds(): void {
    const operations = this.byId(this.documents('operations'))
    const marks = this.world.operations.documents('publication_marks')
    for (const { _id: key, operationId } of this.world.operations.documents('idempotency_keys')) {
      const id = String(operationId)
      if (operations.has(id) || Date.now() - acceptedAt(id) > BEGIN_WITHIN) continue
      if (marks.every(({ publishedBelow }) => String(publishedBelow) > id)) {
        this.break(`${this.name(key)} may be begun, and lies below all marks`)
      }
    }
  }

  /** Once everything has come to its end. @param isFinished whether it has */
  check(isFinished: boolean): void {
    this.watch()
    const [operations, outcomes, users, decisions] = INSERT_ONLY.map((collection) =>
      this.byId(this.documents(collection)),
    ) as [Records, Records, Records, Records]
    for (const id of this.world.answered) {
      if (!operations.has(id)) this.break(`${this.name(id)} was accepted and is not stored`)
    }
    for (const id of users.keys()) {
      if (!operations.has(id)) this.break(`${this.name(id)} is a user that nobody asked for`)
      if (users.get(id)!['name'] !== operations.get(id)!['name']) {
        this.break(`${this.name(id)} is a user of another name`)
      }
    }
    for (const id of this.world.erased) {
      if (!users.get(id)!['erasedAt'] || !operations.get(id)!['erasedAt']) {
        this.break(`${this.name(id)} was to be erased and is not`)
      }
    }
    for (const [id, decision] of decisions) {
      if (!users.has(id)) this.break(`${this.name(id)} was decided and is no user`)
      this.checkDecision(decision)
    }
    for (const [id, outcome] of outcomes) {
      if (!operations.has(id)) this.break(`${this.name(id)} has ended and was never accepted`)
      const approval = decisions.get(id)?.['approval'] as Decision | undefined
      if (!approval || OUTCOME_OF[approval].outcome !== outcome['state']) {
        this.break(`${this.name(id)} has ${String(outcome['state'])} and was ${approval}`)
      }
    }
    for (const id of operations.keys()) {
      if (!outcomes.has(id)) this.break(`${this.name(id)} is stuck, though nothing fails any more`)
    }
    for (const [name, told] of this.world.keyed) {
      if (told.size === 0) this.break(`whoever asks for ${name} with a key is never answered`)
    }
    if (!isFinished) this.break('something is never handled, though nothing fails any more')
    for (const topic of Object.keys(topics) as TopicName[]) {
      if (this.world.broker.records(`${topic}.dlq`).length > 0) {
        this.break(`good messages of ${topic} are among the dead letters`)
      }
    }
  }

  /** Whoever looks from a process' mark on finds all that it has not published. */
  private checkMarks(): void {
    const marks = this.byId(this.world.operations.documents('publication_marks'))
    const records = this.world.broker.records('user-create')
    const published = new Set(records.map(({ key }) => String(key)))
    for (const { _id, acceptedBy } of this.documents('operations')) {
      if (published.has(_id)) continue
      const mark = marks.get(String(acceptedBy))
      if (!mark) this.break(`${this.name(_id)} is not published, and its process has no mark`)
      if (_id < String(mark['publishedBelow'])) {
        this.break(`${this.name(_id)} is not published, and lies below the mark of its process`)
      }
    }
  }

  /** Whoever looks from the walk's mark on, and at those kept apart, finds all that is open; and the totals are right. */
  private checkWalk(): void {
    const [position] = this.world.operations.documents('walk')
    if (!position) return
    const { mark, stragglers, totals } = { ...WALK_START, ...position } as WalkState
    const ended = this.byId(this.documents('outcomes'))
    const below = this.documents('operations').filter(({ _id }) => _id <= mark)
    for (const { _id } of below) {
      if (!ended.has(_id) && !stragglers.includes(_id)) {
        this.break(`${this.name(_id)} is open, and lies below the walk's mark`)
      }
    }
    if (totals.begun !== below.length) {
      this.break(
        `${totals.begun} operations are booked of the ${below.length} below the walk's mark`,
      )
    }
    for (const state of ['completed', 'failed']) {
      const ends = below.filter(
        ({ _id }) => ended.get(_id)?.['state'] === state && !stragglers.includes(_id),
      )
      const booked = totals.ended[state] ?? 0
      if (booked !== ends.length) {
        this.break(`${booked} operations are booked as ${state} and ${ends.length} are`)
      }
    }
  }

  /** Whoever looks from the walk's mark on, and at those kept apart, finds every user whose approval was asked for. */
  private checkPendingUsers(): void {
    const [position] = this.world.users.documents('walk')
    if (!position) return
    const { mark, late, stragglers = [] } = position as unknown as Partial<WalkState> & Late
    const decided = this.byId(this.documents('decisions'))
    for (const { key } of this.world.broker.records('user-approve')) {
      const id = String(key)
      const isFound = !mark || id > mark || (late && id > late) || stragglers.includes(id)
      if (!decided.has(id) && !isFound) {
        this.break(`${this.name(id)} is pending, and lies below the walk's mark`)
      }
    }
  }

  private checkDecision({ _id, approval, decidedAt }: StoredDocument): void {
    const name = this.name(_id)
    const user = this.documents('users').find((each) => each._id === _id)!
    const age = (decidedAt as Date).getTime() - (user['createdAt'] as Date).getTime()
    if (approval === 'expired' && age < DEADLINE) this.break(`${name} expired before the deadline`)
    if (approval === 'approved' && name.startsWith('reject')) this.break(`${name} was approved`)
  }

  /** Whoever reads the topic is told what is stored, and nothing else. */
  private checkAnswers(): void {
    const decisions = this.byId(this.documents('decisions'))
    for (const { value } of this.world.broker.records('user-create-response')) {
      const answer = JSON.parse(String(value)) as MessageOf<'user-create-response'>
      const approval = decisions.get(answer.operationId)?.['approval'] as Decision | undefined
      if (!approval || OUTCOME_OF[approval].outcome !== answer.outcome) {
        this.break(
          `${this.name(answer.operationId)} is told as ${answer.outcome} and was ${approval}`,
        )
      }
    }
  }

  private documents(collection: Collection): StoredDocument[] {
    const { operations, users } = this.world
    const database = collection === 'users' || collection === 'decisions' ? users : operations
    return database.documents(collection)
  }

  private byId(documents: StoredDocument[]): Records {
    return new Map(documents.map((each) => [each._id, each]))
  }

  private name(id: string): string {
    return this.world.names.of(id)
  }

  private break(promise: string): never {
    throw new Broken(promise, this.world.story)
  }
}

type Records = Map<string, StoredDocument>
type Late = { late?: string }

import * as fc from 'fast-check'

import { type TopicName, topics } from '#contracts'

import { KINDS_OF_CALLS } from './connections.js'
import { type Fate } from './process.js'
import { DEADLINE } from './services.js'

/** What the search may do next. Numbers choose among what there is at that time. */
export type Step =
  /** A client asks a replica of operation-service for a user. */
  | { do: 'accept'; replica: number; isRejected: boolean; hasKey: boolean }
  /** A client repeats a request that has a key, at any replica of operation-service. */
  | { do: 'askAgain'; replica: number; request: number }
  /** A client asks a replica of user-service to erase the data of a user that is stored. */
  | { do: 'erase'; replica: number; user: number }
  /** So many things happen, the oldest first, and happen well. */
  | { do: 'go'; times: number }
  /** A call ends. */
  | { do: 'end'; call: number; fate: Fate }
  /** Calls of a kind take their time, and others come before them; or, if that is so, they do no more. */
  | { do: 'holdUp'; what: string }
  /** Nothing that a process asks is answered; or, if that is so, it is again. */
  | { do: 'cutOff'; replica: number }
  /** A member fetches. */
  | { do: 'deliver'; delivery: number; mostOfEach: number }
  /** A process dies: before a call has its effect, after it, or while the call is on its way. */
  | { do: 'crash'; replica: number; call: number; when: 'before' | 'after' | 'later' }
  /** A process is told to end, and finishes what it has in hand. */
  | { do: 'stop'; replica: number }
  /** One that is dead is started. */
  | { do: 'start'; replica: number }
  | { do: 'wait'; milliseconds: number }
  /** Partitions change hands; or a member is thrown out, and learns of it later. */
  | { do: 'rebalance'; group: number; isExpelled: boolean }
  /** A record is appended once more, as by a producer that did not hear it was taken. */
  | { do: 'repeat'; topic: TopicName; record: number }

const few = fc.nat({ max: 3 })
/** One of all processes. */
const any = fc.nat({ max: 5 })
const is = <const Do extends Step['do']>(name: Do) => fc.constant(name)
const often = <Fields>(
  weight: number,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
) => ({
  weight,
  arbitrary: fc.record(fields),
})

/** Each kind of step, with how often it is taken. */
const step: fc.Arbitrary<Step> = fc.oneof(
  often(8, {
    do: is('accept'),
    replica: fc.nat({ max: 1 }),
    isRejected: fc.boolean(),
    hasKey: fc.boolean(),
  }),
  often(4, { do: is('askAgain'), replica: fc.nat({ max: 1 }), request: few }),
  often(2, { do: is('erase'), replica: fc.nat({ max: 1 }), user: few }),
  often(12, { do: is('go'), times: fc.integer({ min: 1, max: 12 }) }),
  often(10, { do: is('end'), call: few, fate: fc.constant<Fate>('well') }),
  often(4, {
    do: is('end'),
    call: few,
    fate: fc.constantFrom<Fate[]>('refused', 'lost', 'half', 'unheard'),
  }),
  often(3, { do: is('holdUp'), what: fc.constantFrom(...KINDS_OF_CALLS) }),
  often(4, { do: is('cutOff'), replica: any }),
  often(6, { do: is('deliver'), delivery: few, mostOfEach: fc.constantFrom(1, 100) }),
  often(3, {
    do: is('crash'),
    replica: any,
    call: few,
    when: fc.constantFrom<('before' | 'after' | 'later')[]>('before', 'after', 'later'),
  }),
  often(1, { do: is('stop'), replica: any }),
  often(5, { do: is('start'), replica: few }),
  often(4, {
    do: is('wait'),
    milliseconds: fc.constantFrom(100, 1_200, 2_500, 6_000, 12_000),
  }),
  often(1, { do: is('wait'), milliseconds: fc.constant(DEADLINE) }),
  often(2, { do: is('rebalance'), group: few, isExpelled: fc.boolean() }),
  often(2, {
    do: is('repeat'),
    topic: fc.constantFrom(...(Object.keys(topics) as TopicName[])),
    record: few,
  }),
)

/** All lengths are as likely: by itself fast-check makes short ones. */
const steps = fc.array(step, { maxLength: 60, size: 'max' })

const replicas = fc.integer({ min: 1, max: 2 })

const sizes = fc.record({
  'operation-service': replicas,
  'user-service': replicas,
  'user-approval-service': replicas,
})

/** What one run is made of. */
export const plans = fc.record({ sizes, steps })
export type Plan = typeof plans extends fc.Arbitrary<infer Made> ? Made : never

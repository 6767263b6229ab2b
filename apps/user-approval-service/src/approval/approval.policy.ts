import { type MessageOf } from '#contracts'

type Verdict = Pick<MessageOf<'user-approve-response'>, 'decision' | 'reason'>

/** Decides by the name alone: what matches the pattern is rejected. */
export function judge(name: string, rejected: RegExp): Verdict {
  return rejected.test(name)
    ? { decision: 'rejected', reason: 'The name is one of those that are rejected.' }
    : { decision: 'approved' }
}

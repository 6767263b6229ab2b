import type { DeadLetter } from './dead-letter.ts'

/** A dead letter for specs; any part of it may be another one. */
export function sampleLetter(parts: Partial<DeadLetter> = {}): DeadLetter {
  return {
    topic: 'user-create',
    partition: 3,
    offset: 12,
    reason: 'wrong-shape',
    detail: '/name must be string',
    attempts: '1',
    time: '2025-11-20T05:07:37.600Z',
    source: { partition: '3', offset: '170' },
    key: Buffer.from('019a9f00-0000-7000-8000-000000000001'),
    value: Buffer.from('{"name":7}'),
    headers: { 'schema-version': [Buffer.from('1')] },
    ...parts,
  }
}

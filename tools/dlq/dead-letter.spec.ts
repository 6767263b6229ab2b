import type { IHeaders } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { deadLetterOf } from './dead-letter.ts'

const added = {
  'dead-letter-reason': Buffer.from('handler-failed'),
  'dead-letter-detail': Buffer.from('the disk is gone'),
  'dead-letter-topic': Buffer.from('user-create'),
  'dead-letter-partition': Buffer.from('3'),
  'dead-letter-offset': Buffer.from('17'),
  'dead-letter-attempts': Buffer.from('3'),
  'dead-letter-time': Buffer.from('2025-11-20T05:07:37.600Z'),
}

/** @param headers as kafkajs hands them over, which is not quite what its types say */
function letterWith(headers: object) {
  return deadLetterOf('user-create', 2, {
    key: Buffer.from('k'),
    value: null,
    headers: headers as IHeaders,
    offset: '5',
    timestamp: '1763615257600',
    attributes: 0,
  })
}

describe('a dead letter', () => {
  it('is the message as it was, with why, how often tried, when and where from beside it', () => {
    const own = { 'message-id': Buffer.from('m'), many: [Buffer.from('1'), Buffer.from('2')] }
    expect(letterWith({ ...own, ...added })).toEqual({
      topic: 'user-create',
      partition: 2,
      offset: 5,
      reason: 'handler-failed',
      detail: 'the disk is gone',
      attempts: '3',
      time: '2025-11-20T05:07:37.600Z',
      source: { partition: '3', offset: '17' },
      key: Buffer.from('k'),
      value: null,
      headers: { 'message-id': [Buffer.from('m')], many: own.many },
    })
  })

  it('that somebody else put there is read as well', () => {
    const { reason, attempts, headers } = letterWith({ 'dead-letter-kind': Buffer.from('own') })
    expect({ reason, attempts }).toEqual({ reason: '?', attempts: '?' })
    expect(headers).toEqual({ 'dead-letter-kind': [Buffer.from('own')] })
  })

  it('does not let its headers write to the terminal', () => {
    const { reason } = letterWith({ 'dead-letter-reason': Buffer.from('\u001b[2J') })
    expect(reason).toBe('\\u001b[2J')
  })

  it('has headers that kafkajs can send again', () => {
    const received = Object.fromEntries([
      ['empty', null],
      ['constructor', [Object, Buffer.from('mine')]],
      ['__proto__', [Object.prototype, Buffer.from('mine, too')]],
    ])
    expect(Object.entries(letterWith(received).headers)).toEqual([
      ['empty', [Buffer.alloc(0)]],
      ['constructor', [Buffer.from('mine')]],
      ['__proto__', [Buffer.from('mine, too')]],
    ])
  })
})

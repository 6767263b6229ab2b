import { describe, expect, it, test } from 'vitest'
import { deadLetterTopic as nameInContracts, topics } from '#contracts'
import { deadLetterTopic, shownAddress, sourceTopics } from './dead-letter-topics.ts'
import { parseDlqOptions } from './dlq-options.ts'

test('the topics are those of the contracts', () => {
  expect(sourceTopics.toSorted()).toEqual(Object.keys(topics).toSorted())
  expect(sourceTopics.map(deadLetterTopic)).toEqual(sourceTopics.map(nameInContracts))
})

describe('what is to be done with dead letters', () => {
  it('is to list those of all topics, if nothing else is said', () => {
    expect(parseDlqOptions(['list'])).toEqual({
      command: 'list',
      topics: sourceTopics,
      json: false,
    })
  })

  it('is to list those of one topic, as JSON', () => {
    expect(parseDlqOptions(['list', '--topic', 'user-approve', '--json'])).toEqual({
      command: 'list',
      topics: ['user-approve'],
      json: true,
    })
  })

  it('knows a topic by the name of its dead letters, too', () => {
    expect(parseDlqOptions(['list', '--topic', 'user-approve.dlq'])).toMatchObject({
      topics: ['user-approve'],
    })
  })

  it('is to show one by the address that the list prints', () => {
    const address = { topic: 'user-create', partition: 3, offset: 12 } as const
    const order = { command: 'show', address }
    expect(parseDlqOptions(['show', shownAddress(address)])).toEqual({ ...order, raw: false })
    expect(parseDlqOptions(['show', '--raw', shownAddress(address)])).toEqual({
      ...order,
      raw: true,
    })
  })

  it('is to redrive all, a hundred a second, if nothing else is said', () => {
    expect(parseDlqOptions(['redrive'])).toEqual({
      command: 'redrive',
      topics: sourceTopics,
      dryRun: false,
      limit: Infinity,
      rate: 100,
    })
  })

  it('is to redrive some, at another rate, or only to say so', () => {
    const args = ['redrive', '--topic', 'user-create', '--dry-run', '--limit', '7', '--rate', '5/s']
    expect(parseDlqOptions(args)).toEqual({
      command: 'redrive',
      topics: ['user-create'],
      dryRun: true,
      limit: 7,
      rate: 5,
    })
  })

  it.each([
    [[], 'No command was given: use npm run dlq -- list, show'],
    [['retry'], 'There is no command "retry"'],
    [['list', '--topic', 'billing'], '--topic billing: there is no such topic, use one of user-c'],
    [['list', '--topic'], "Option '--topic <value>' argument missing: the options of list are"],
    [['list', '--limit', '3'], "Unknown option '--limit': the options of list are --topic <topic>"],
    [['list', 'user-create'], "Unexpected argument 'user-create'"],
    [['show'], 'No address was given'],
    [['show', 'user-create.dlq/3/1', 'user-create.dlq/3/2'], '"user-create.dlq/3/2" is too much'],
    [['show', 'user-create/3/12'], 'user-create/3/12 is no address of a dead letter'],
    [['show', 'user-create.dlq/3/-1'], 'is no address of a dead letter'],
    [['show', '--json', 'user-create.dlq/3/1'], "Unknown option '--json': show takes one address"],
    [['redrive', '--limit', '0'], '--limit 0: write a whole number from 1 to'],
    [['redrive', '--limit', 'all'], '--limit all: write a whole number'],
    [['redrive', '--rate', '0'], '--rate 0: write a whole number from 1 to 100000'],
    [['redrive', '--rate', '1e3'], '--rate 1e3: write a whole number'],
    [['redrive', '--dry-run=yes'], "Option '--dry-run' does not take an argument"],
    [['redrive', '--force'], "Unknown option '--force': the options of redrive are --topic"],
  ])('%j is refused with a sentence', (args, sentence) => {
    expect(() => parseDlqOptions(args)).toThrow(sentence)
  })
})

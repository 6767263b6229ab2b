import { readFileSync } from 'node:fs'

import { Parser } from '@asyncapi/parser'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { asyncApiDocument } from './asyncapi.js'
import { topics } from './topics.js'

const ERRORS_AND_WARNINGS = new Set<number>([0, 1])
const stored = readFileSync(new URL('../../../docs/asyncapi.yaml', import.meta.url), 'utf8')

describe('docs/asyncapi.yaml', () => {
  it('says what the topics say; if it does not, run `npm run docs`', () => {
    expect(parse(stored)).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())))
  })

  it('is a valid AsyncAPI document that describes every topic', async () => {
    const { document, diagnostics } = await new Parser().parse(stored)
    // The others are advice: to name an owner, for example.
    const faults = diagnostics.filter(({ severity }) => ERRORS_AND_WARNINGS.has(severity))
    expect(faults.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([])
    const addresses = document
      ?.channels()
      .all()
      .map((channel) => channel.address())
    expect(addresses).toEqual(Object.keys(topics))
  })

  it('says for each topic who publishes it and who handles it', async () => {
    const { document } = await new Parser().parse(stored)
    const titles = document
      ?.operations()
      .all()
      .map((operation) => operation.json()['title'])
    expect(titles).toEqual([
      'operation-service publishes user-create',
      'user-service handles user-create',
      'user-service publishes user-approve',
      'user-approval-service handles user-approve',
      'user-approval-service publishes user-approve-response',
      'user-service handles user-approve-response',
      'user-service publishes user-create-response',
      'operation-service handles user-create-response',
      'user-service publishes user-erase',
      'operation-service handles user-erase',
      'user-service handles user-erase',
    ])
  })
})

import { describe, expect, it } from 'vitest'

import { inWords } from '../public/requests.js'

describe('A problem in words', () => {
  it('is its detail', () => {
    expect(inWords({ title: 'Forbidden', detail: 'Only from this machine.' })).toBe(
      'Only from this machine.',
    )
  })

  it('begins as it was written: a service keeps its name', () => {
    expect(inWords({ detail: 'operation-service does not answer' })).toBe(
      'operation-service does not answer.',
    )
  })

  it('is its title where it has no detail', () => {
    expect(inWords({ title: 'Service Unavailable' })).toBe('Service Unavailable.')
  })

  it('names every field that is wrong, and what is wrong with it', () => {
    const errors = [
      { pointer: '/name', detail: 'must be a string' },
      { pointer: '', detail: 'has an unknown field' },
    ]
    expect(inWords({ detail: 'The request is not valid.', errors })).toBe(
      'The request is not valid. Name must be a string. The body has an unknown field.',
    )
  })

  it('is empty when it says nothing', () => {
    expect(inWords({})).toBe('')
  })
})

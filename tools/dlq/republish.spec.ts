import { describe, expect, it } from 'vitest'
import { inChunks, messageOf } from './republish.ts'
import { sampleLetter } from './sample-letter.ts'

describe('what is published again', () => {
  it('is the message as it was, and goes where its key belongs', () => {
    const { key, value, headers } = sampleLetter()
    expect(messageOf(sampleLetter())).toEqual({ key, value, headers })
  })

  it('goes where it was when it has no key', () => {
    expect(messageOf(sampleLetter({ key: null }))).toMatchObject({ key: null, partition: 3 })
  })

  it('goes anywhere when nobody says where it was', () => {
    const source = { partition: '?', offset: '?' }
    expect(messageOf(sampleLetter({ key: null, source }))).not.toHaveProperty('partition')
  })
})

describe('requests', () => {
  const letters = Array.from({ length: 7 }, (_, offset) => sampleLetter({ offset }))
  const offsets = (chunks: { offset: number }[][]) =>
    chunks.map((chunk) => chunk.map(({ offset }) => offset))

  it('hold a tenth of what a second may bring, in order', () => {
    expect(offsets(inChunks(letters, 3))).toEqual([[0, 1, 2], [3, 4, 5], [6]])
  })

  it('hold one at the least', () => {
    expect(inChunks(letters, 0.1)).toHaveLength(7)
  })

  it('hold five hundred at the most', () => {
    const many = Array.from({ length: 501 }, () => sampleLetter())
    expect(inChunks(many, 10_000).map(({ length }) => length)).toEqual([500, 1])
  })

  it('hold less than a megabyte, unless one alone is larger', () => {
    const large = sampleLetter({ offset: 8, value: Buffer.alloc(2_000_000) })
    const half = sampleLetter({ offset: 9, headers: { half: [Buffer.alloc(400_000)] } })
    expect(offsets(inChunks([letters[0]!, large, half, half, letters[1]!], 100))).toEqual([
      [0],
      [8],
      [9],
      [9, 1],
    ])
  })

  it('are none for nothing', () => {
    expect(inChunks([], 10)).toEqual([])
  })
})

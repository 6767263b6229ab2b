import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { newOperationId, topics } from '#contracts'
import { validationPipe } from '#service-defaults'

import { asMessage } from '../publication/outbox.service.js'
import { NewUserDto } from './operation.dto.js'

const pipe = validationPipe()

/** The body as a controller gets it; undefined when the client is told that it is wrong. */
async function accepted(body: unknown): Promise<NewUserDto | undefined> {
  const received: unknown = JSON.parse(JSON.stringify(body))
  try {
    return (await pipe.transform(received, { type: 'body', metatype: NewUserDto })) as NewUserDto
  } catch {
    return undefined
  }
}

/** The accepted operation's message as a consumer parses it. */
function asRead({ name, email }: NewUserDto): unknown {
  const fields = { name, ...(email === undefined ? {} : { email }) }
  const message = asMessage({ _id: newOperationId(), createdAt: new Date(), ...fields })
  return JSON.parse(Buffer.from(JSON.stringify(message)).toString())
}

/** Halves of surrogate pairs, paired or not. */
const codeUnits = fc
  .array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units))
const awkward = fc.constantFrom(
  // Control characters and what counts as space.
  ...'\u0000\u001F\u007F\u0085\t\r\n \u00A0\u2028\uFEFF',
  // What joins, varies or combines with its neighbours.
  ...'\u200B\u200D\uFE0E\uFE0F\u{E0100}\u0301\u{1F1E9}\u{1F3FD}',
  '\u{1F469}\u200D\u{1F4BB}',
  // What grows in upper case, and what means something to JSON, JavaScript or MongoDB.
  ...'İß"\\$.',
  '__proto__',
  'constructor',
)
const piece = fc.oneof(
  awkward,
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
/** Texts of any length, many of about a hundred characters, where it matters. */
const texts = fc.oneof(
  codeUnits,
  fc.array(piece, { maxLength: 120, size: 'max' }).map((pieces) => pieces.join('')),
  fc
    .tuple(awkward, fc.integer({ min: 95, max: 105 }))
    .map(([character, length]) => character.repeat(length)),
  fc
    .tuple(fc.string({ unit: 'binary', minLength: 90, maxLength: 101, size: 'max' }), awkward)
    .map(([text, end]) => text + end),
)
const emails = fc.oneof(
  fc.emailAddress(),
  texts.map((text) => `${text}@example.org`),
  fc.integer({ min: 235, max: 250 }).map((length) => `${'a'.repeat(length)}@example.org`),
  texts,
)
const bodies = fc.record({ name: texts, email: fc.option(emails, { nil: undefined, freq: 1 }) })

describe('whatever body the HTTP edge accepts', () => {
  it('becomes a message that its topic accepts', async () => {
    let checked = 0
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const user = await accepted(body)
        if (!user) return true
        checked += 1
        return topics['user-create'].accepts(asRead(user))
      }),
      { numRuns: 5_000 },
    )
    expect(checked).toBeGreaterThan(500)
  })

  it('is read as it was written, but for the space around a name', async () => {
    const told = fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const user = await accepted(body)
        if (!user) return
        const { email } = body
        expect(asRead(user)).toEqual({
          operationId: expect.any(String),
          createdAt: expect.any(String),
          name: body.name.trim(),
          ...(email === undefined ? {} : { email }),
        })
      }),
      { numRuns: 1_000 },
    )
    await expect(told).resolves.toBeUndefined()
  })
})

describe('a name', () => {
  it.each([
    ['a letter', 'a'],
    ['a character outside the basic plane', '😀'],
    ['a zero-width joiner', '\u200D'],
    ['a variation selector', '\uFE0F'],
    ['a combining mark', '\u0301'],
  ])('of 100 times %s is accepted, of 101 refused', async (_, character) => {
    expect(await accepted({ name: character.repeat(100) })).toBeDefined()
    expect(await accepted({ name: character.repeat(101) })).toBeUndefined()
  })

  it('is as long as it is after trimming', async () => {
    const name = 'a'.repeat(100)
    expect(await accepted({ name: ` \t${name}\u00A0\n` })).toEqual({ name })
  })

  it('with half a surrogate pair is refused: it could not be stored', async () => {
    expect(await accepted({ name: 'a\uD83D' })).toBeUndefined()
    expect(await accepted({ name: '\uDE00a' })).toBeUndefined()
  })
})

describe('an e-mail address', () => {
  it('of 254 characters is accepted, of 255 refused', async () => {
    const ofLength = (length: number) => `${'a'.repeat(length - '@example.org'.length)}@example.org`
    expect(await accepted({ name: 'alice', email: ofLength(254) })).toBeDefined()
    expect(await accepted({ name: 'alice', email: ofLength(255) })).toBeUndefined()
  })

  it('may be left out, and then is not there', async () => {
    const user = await accepted({ name: 'alice' })
    expect(asRead(user!)).not.toHaveProperty('email')
  })
})

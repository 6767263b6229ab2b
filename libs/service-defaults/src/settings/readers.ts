/**
 * Turns the text of one environment variable into a typed value.
 *
 * `T` is the type of the value; a reader without a default that is not wrapped in `optional` makes
 * the variable required.
 */
export interface Reader<T> {
  /** What a value may be, as the end of the sentence "allowed is …". */
  readonly allowed: string
  /** The default as it would be written in `.env`; undefined when there is none. */
  readonly fallback: string | undefined
  /** True when the service starts without a value and the setting is then `undefined`. */
  readonly isOptional: boolean
  /** True when the value must never be printed. */
  readonly isSecret: boolean
  /** Names of settings that make this one required as soon as one of them has a value. */
  readonly togetherWith: readonly string[]
  /** What is wrong with a value beside other settings, as the end of a sentence; undefined when nothing is. */
  faultBeside?(value: T, settings: never): string | undefined
  /** Reads a non-empty text. Throws anything for a text that is not allowed. */
  read(text: string): T
}

interface Default {
  default?: string
}

/**
 * A required setting of any kind.
 * @param read throws anything for a text that is not allowed
 */
export function reader<T>(
  allowed: string,
  fallback: string | number | boolean | undefined,
  read: (text: string) => T,
): Reader<T> {
  return {
    allowed,
    fallback: fallback === undefined ? undefined : String(fallback),
    isOptional: false,
    isSecret: false,
    togetherWith: [],
    read,
  }
}

function refuseUnless(condition: boolean): asserts condition {
  if (!condition) throw new Error('not allowed')
}

/** Any text, or only one that `matches`; `allowed` then says in words what that is. */
export function text(
  options: Default & { matches?: RegExp; allowed?: string } = {},
): Reader<string> {
  const { matches, allowed = 'a text' } = options
  return reader(allowed, options.default, (value) => {
    refuseUnless(matches === undefined || matches.test(value))
    return value
  })
}

/** A whole number in decimal digits, both bounds included. */
export function integer(
  options: { min?: number; max?: number; default?: number } = {},
): Reader<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options
  const allowed =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${min} or more`
      : `a whole number from ${min} to ${max}`
  return reader(allowed, options.default, (value) => {
    refuseUnless(/^-?\d+$/.test(value.trim()))
    const number = Number(value)
    refuseUnless(number >= min && number <= max)
    return number
  })
}

/** `true` or `false`. */
export function flag(options: { default?: boolean } = {}): Reader<boolean> {
  return reader('true or false', options.default, (value) => {
    const word = value.trim().toLowerCase()
    refuseUnless(word === 'true' || word === 'false')
    return word === 'true'
  })
}

/** Comma-separated values, at least one; spaces around a value are ignored. */
export function list<T>(item: Reader<T>, options: Default = {}): Reader<T[]> {
  return reader(`a comma-separated list, each ${item.allowed}`, options.default, (value) =>
    value.split(',').map((part) => {
      refuseUnless(part.trim() !== '')
      return item.read(part.trim())
    }),
  )
}

/** The address of a server, `host:port`; an IPv6 address stands in brackets. */
export function hostAndPort(options: Default = {}): Reader<string> {
  return reader('host:port', options.default, (value) => {
    const port = /^(?:[^\s:,/@[\]]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i.exec(value)?.[1]
    refuseUnless(port !== undefined && Number(port) >= 1 && Number(port) <= 65_535)
    return value
  })
}

/** One of a closed list of words. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  options: { default?: NoInfer<Word> } = {},
): Reader<Word> {
  return reader(`one of ${words.join(', ')}`, options.default, (value) => {
    const word = words.find((candidate) => candidate === value.trim())
    refuseUnless(word !== undefined)
    return word
  })
}

/** A regular expression that ignores case. */
export function pattern(options: Default = {}): Reader<RegExp> {
  return reader('a regular expression', options.default, (value) => new RegExp(value, 'iu'))
}

/** The same setting, but `undefined` when it has no value. */
export function optional<T>(inner: Reader<T>): Reader<T | undefined> {
  return { ...inner, isOptional: true }
}

/** The same setting, but its value is never printed. */
export function secret<T>(inner: Reader<T>): Reader<T> {
  return { ...inner, isSecret: true }
}

/** The same optional setting, but required as soon as one of `names` has a value. */
export function together<T>(
  names: readonly string[],
  inner: Reader<T | undefined>,
): Reader<T | undefined> {
  return { ...inner, togetherWith: names }
}

/**
 * The same setting, but its value has to go with those of others.
 * @param faultBeside says what is wrong, as the end of the sentence "… is "7": …"
 */
export function within<T>(
  inner: Reader<T>,
  faultBeside: (value: T, settings: never) => string | undefined,
): Reader<T> {
  return { ...inner, faultBeside }
}

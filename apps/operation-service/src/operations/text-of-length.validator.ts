import { ValidateBy } from 'class-validator'

/**
 * A text of so many characters, counted as the topics' schemas count them: in Unicode code points. (class-validator's
 * own Length leaves variation selectors out, and so lets pass what a topic refuses.) Half a surrogate pair is no
 * character: it could not be stored.
 */
export function TextOfLength({ min, max }: { min: number; max: number }): PropertyDecorator {
  return ValidateBy({
    name: 'textOfLength',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isOfLength(value, min, max),
      defaultMessage: (argument) =>
        typeof argument?.value !== 'string'
          ? 'must be a string'
          : argument.value.isWellFormed()
            ? `must have ${min} to ${max} characters`
            : 'must be well-formed Unicode',
    },
  })
}

function isOfLength(value: string, min: number, max: number): boolean {
  // A code point takes one or two places: what is longer than twice the limit need not be counted.
  if (value.length < min || value.length > 2 * max || !value.isWellFormed()) return false
  const length = Array.from(value).length
  return length >= min && length <= max
}

import { type Static, type TSchema, type TObject } from 'typebox'
import { Compile } from 'typebox/compile'

/** What stands in the header `schema-version`. Additive changes keep it. */
export const SCHEMA_VERSION = 1

/** One topic: what its messages look like and how many partitions it is made with. */
export interface TopicContract<
  Name extends string,
  Schema extends TSchema,
  Setting extends string = string,
> {
  readonly name: Name
  /** One sentence for the AsyncAPI document. */
  readonly summary: string
  readonly schema: Schema
  /** The setting that says how many partitions the topic is created with. */
  readonly partitions: Setting
  /** The recorded message that every consumer's spec parses. */
  readonly fixture: Static<Schema>
  /** Whether a parsed JSON value is a message of this topic. Unknown fields are allowed. */
  readonly accepts: (value: unknown) => value is Static<Schema>
  /** What is wrong with a value that `accepts` refuses, by JSON pointer; the values themselves are left out. */
  readonly faults: (value: unknown) => string
}

/** Every message says which operation it belongs to: it is the record's key. */
type Message = TObject<{ operationId: TSchema }>

/** Declares a topic; the checks are compiled once. */
export function topic<
  const Name extends string,
  Schema extends Message,
  const Setting extends string,
>(
  name: Name,
  declared: Pick<
    TopicContract<Name, Schema, Setting>,
    'summary' | 'schema' | 'partitions' | 'fixture'
  >,
): TopicContract<Name, Schema, Setting> {
  const check = Compile(declared.schema)
  return {
    name,
    ...declared,
    accepts: (value): value is Static<Schema> => check.Check(value),
    faults: (value) =>
      check
        .Errors(value)
        .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
        .join('; '),
  }
}

import type { OpenAPIObject } from '@nestjs/swagger'

type PathItem = OpenAPIObject['paths'][string]

/** A call of a document. */
export type Operation = NonNullable<PathItem['get']>

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

/** All calls of a document. */
export function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []))
}

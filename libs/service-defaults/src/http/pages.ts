import { applyDecorators } from '@nestjs/common'
import { ApiPropertyOptional } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsInt, Matches, Max, Min } from 'class-validator'

import { MayBeMissing } from '../validation/validation.pipe.js'

export const PAGE_SIZE = { default: 50, max: 200 }

const EXAMPLE_CURSOR = '019a9f00-0000-7000-8000-000000000001'

/** `limit` in the query of a list: how many on a page. Its field has `PAGE_SIZE.default` as its value. */
export function PageLimit(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: 'How many at most.',
      type: 'integer',
      minimum: 1,
      maximum: PAGE_SIZE.max,
      default: PAGE_SIZE.default,
      examples: [PAGE_SIZE.default],
    }),
    Transform(({ value }: { value: unknown }) =>
      /^\d+$/.test(String(value)) ? Number(value) : value,
    ),
    IsInt({ message: 'must be a whole number' }),
    Min(1, { message: 'must be 1 or more' }),
    Max(PAGE_SIZE.max, { message: `must be ${PAGE_SIZE.max} or less` }),
  )
}

/** `cursor` in the query of a list. @param pattern of the ids that the list is in order of */
export function PageCursor(pattern: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: 'Where to go on: the `nextCursor` of the page before.',
      pattern,
      examples: [EXAMPLE_CURSOR],
    }),
    MayBeMissing(),
    Matches(new RegExp(pattern), { message: 'must be a cursor of the page before' }),
  )
}

/** `nextCursor` of a page. @param pattern of the ids that the list is in order of */
export function NextCursor(pattern: string): PropertyDecorator {
  return ApiPropertyOptional({
    description: 'The `cursor` of the next page; missing on the last one.',
    pattern,
    example: EXAMPLE_CURSOR,
  })
}

/** The header in which a page names the next one, for the OpenAPI document. */
export const LINK_TO_NEXT = {
  Link: {
    description:
      'The address of the next page, with `rel="next"` (RFC 8288); missing on the last one.',
    schema: { type: 'string' },
    example: `</operations?limit=50&cursor=${EXAMPLE_CURSOR}>; rel="next"`,
  },
} as const

/**
 * The value of `Link` by which a page names the next one.
 * @param path of the list @param query as it was asked, with its defaults
 */
export function linkToNext(path: string, query: object, nextCursor: string): string {
  const parameters = Object.entries({ ...query, cursor: nextCursor })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]): [string, string] => [name, String(value)])
  return `<${path}?${new URLSearchParams(parameters).toString()}>; rel="next"`
}

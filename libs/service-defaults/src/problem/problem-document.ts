import { STATUS_CODES } from 'node:http'
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'

/** The media type of every error's body. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** One thing wrong with a request. */
export class FieldProblem {
  @ApiProperty({
    description:
      'JSON pointer (RFC 6901) to the field of the body, or / and the name of a path or query parameter; empty for the whole body.',
    example: '/name',
  })
  pointer: string

  @ApiProperty({ description: 'What is wrong with it.', example: 'must be a string' })
  detail: string
}

/** RFC 9457: the body of every answer of 400 and above. */
export class ProblemDocument {
  @ApiProperty({
    description:
      'Names the kind of problem: urn:tideway:problem: and a word for each of those that a client may want to tell apart; about:blank when the status says it all.',
    format: 'uri-reference',
    example: 'about:blank',
  })
  type: string

  @ApiProperty({ description: 'The same for every problem of this type.', example: 'Bad Request' })
  title: string

  @ApiProperty({ description: "The answer's HTTP status.", type: 'integer', example: 400 })
  status: number

  @ApiProperty({
    description: 'What happened this time, and what to do about it.',
    example: 'The request is not valid.',
  })
  detail: string

  @ApiPropertyOptional({
    description: 'Names this occurrence.',
    format: 'uri-reference',
    example: '/operations/019a9f00-0000-7000-8000-000000000001',
  })
  instance?: string

  @ApiPropertyOptional({
    description: 'With status 400: everything that is wrong.',
    type: [FieldProblem],
  })
  errors?: FieldProblem[]
}

/** A problem of the given status: what is left out follows from the status. */
export type ProblemInit = Pick<ProblemDocument, 'status' | 'detail'> & Partial<ProblemDocument>

/** Completes a problem with type `about:blank` and the status' own title. */
export function problemDocument({ status, detail, ...rest }: ProblemInit): ProblemDocument {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...rest,
  }
}

/** The JSON pointer to a value: its keys and indexes from the outermost one, escaped. */
export function pointerTo(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

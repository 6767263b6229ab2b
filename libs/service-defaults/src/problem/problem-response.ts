import { getSchemaPath } from '@nestjs/swagger'
import { PROBLEM_MEDIA_TYPE, problemDocument, ProblemDocument } from './problem-document.js'

/** How an OpenAPI document shows an answer that is a problem. */
export interface ProblemResponse {
  description: string
  content: Record<string, { schema: { $ref: string }; example: ProblemDocument }>
}

/** @param example needs only what is special to it */
export function problemResponse(
  status: number,
  description: string,
  example: Partial<ProblemDocument> = {},
): ProblemResponse {
  return {
    description,
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: getSchemaPath(ProblemDocument) },
        example: problemDocument({ detail: description, ...example, status }),
      },
    },
  }
}

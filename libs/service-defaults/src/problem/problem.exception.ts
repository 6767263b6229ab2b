import { HttpException, HttpStatus } from '@nestjs/common'
import {
  problemDocument,
  type FieldProblem,
  type ProblemDocument,
  type ProblemInit,
} from './problem-document.js'

/** More faults than these say nothing new, and the answer must not outgrow the request. */
const MAX_FIELD_PROBLEMS = 100

/** Thrown anywhere below a controller, answered as it is. Its texts are for the client. */
export class ProblemException extends HttpException {
  readonly problem: ProblemDocument

  /** @param headers of the answer, `Retry-After` for example */
  constructor(
    init: ProblemInit,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(init.detail, init.status)
    this.problem = problemDocument(init)
  }

  /** 400 for a body, path or query that is wrong; each fault with its pointer. */
  static invalid(errors: readonly FieldProblem[]): ProblemException {
    return new ProblemException({
      status: HttpStatus.BAD_REQUEST,
      detail: 'The request is not valid.',
      errors: errors.slice(0, MAX_FIELD_PROBLEMS),
    })
  }

  /** 400 for a body that is wrong as a whole. */
  static invalidBody(detail: string): ProblemException {
    return ProblemException.invalid([{ pointer: '', detail }])
  }
}

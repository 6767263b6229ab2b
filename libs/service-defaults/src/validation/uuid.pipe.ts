import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common'
import { pointerTo } from '../problem/problem-document.js'
import { ProblemException } from '../problem/problem.exception.js'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * `@Param('id', UuidPipe) id: string`: a UUID of any version, in lower case as it is stored; 400 with
 * the parameter's name for anything else.
 */
@Injectable()
export class UuidPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data = '' }: ArgumentMetadata): string {
    const id = typeof value === 'string' ? value.toLowerCase() : ''
    if (UUID.test(id)) return id
    throw ProblemException.invalid([{ pointer: pointerTo([data]), detail: 'must be a UUID' }])
  }
}

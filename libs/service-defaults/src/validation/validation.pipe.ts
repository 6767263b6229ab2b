import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common'
import { ValidateIf } from 'class-validator'
import { inheritedNames, UNKNOWN_FIELD } from '../http/json-body.js'
import { pointerTo, type FieldProblem } from '../problem/problem-document.js'
import { ProblemException } from '../problem/problem.exception.js'

/**
 * Checks bodies, queries and path parameters against their class-validator classes: unknown fields
 * are refused, types are not converted, and all faults come out in one 400 with JSON pointers.
 *
 * A body must be an object; `null`, an array, a text, a number or nothing is one fault at pointer ''.
 */
export function validationPipe(): ValidationPipe {
  return new ProblemValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    stopAtFirstError: false,
    exceptionFactory: (errors) => ProblemException.invalid(fieldProblems(errors)),
  })
}

/**
 * The field may be left out, but not be `null`. (class-validator's `IsOptional` lets `null` pass
 * without looking at the other decorators.)
 */
export function MayBeMissing(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined)
}

class ProblemValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (this.toValidate(metadata)) {
      if (metadata.type === 'body') checkIsObject(value)
      else checkNames(value)
    }
    return super.transform(value, metadata)
  }
}

function checkIsObject(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw ProblemException.invalidBody('must be a JSON object')
}

/** A body has been checked when it was parsed. */
function checkNames(parameters: unknown): void {
  const problems = inheritedNames(parameters)
  if (problems.length > 0) throw ProblemException.invalid(problems)
}

function fieldProblems(errors: ValidationError[], path: string[] = []): FieldProblem[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const pointer = pointerTo([...path, property])
    const own = Object.entries(constraints).map(([rule, message]) => ({
      pointer,
      detail: rule === 'whitelistValidation' ? UNKNOWN_FIELD : withoutName(message, property),
    }))
    return [...own, ...fieldProblems(children, [...path, property])]
  })
}

/** "name must be a string" beside the pointer "/name" says the name twice. */
function withoutName(message: string, name: string): string {
  return message.startsWith(`${name} `) ? message.slice(name.length + 1) : message
}

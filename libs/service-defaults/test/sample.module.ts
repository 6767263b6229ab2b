import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  InternalServerErrorException,
  Module,
  Param,
  Post,
  Query,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common'
import { Type } from 'class-transformer'
import { IsEmail, IsInt, IsString, Length, ValidateNested } from 'class-validator'
import type { FastifyReply } from 'fastify'
import { MayBeMissing, ProblemException, ServiceError, UuidPipe } from '../src/index.js'

class Address {
  @IsString()
  'street/no': string
}

class NewSample {
  @IsString()
  @Length(1, 5)
  name: string

  @MayBeMissing()
  @IsEmail()
  email?: string

  @MayBeMissing()
  @ValidateNested()
  @Type(() => Address)
  address?: Address
}

class SampleQuery {
  @MayBeMissing()
  @Type(() => Number)
  @IsInt()
  limit?: number
}

/** What a library that knows nothing of HTTP throws. */
class DriverError extends Error {
  readonly code = 'not-primary'
  readonly canRetry = true
}

const FAILURES: Record<string, () => unknown> = {
  forbidden: () => new ForbiddenException('not yours'),
  conflict: () =>
    new ProblemException(
      { status: 422, type: 'urn:x', title: 'X', detail: 'taken', instance: '/samples/1' },
      { 'Retry-After': '7' },
    ),
  database: () =>
    new ServiceError('database-unavailable', { message: 'geheim', retryAfterSeconds: 3 }),
  unknown: () => new ServiceError('outcome-unknown'),
  driver: () => new DriverError('geheim'),
  away: () => new ServiceUnavailableException('later'),
  internal: () => new InternalServerErrorException('geheim'),
  bug: () => new TypeError('geheim'),
  text: () => 'geheim',
}

@Controller('samples')
export class SampleController {
  @Post()
  @HttpCode(200)
  create(@Body() sample: NewSample): NewSample {
    return sample
  }

  @Get()
  list(@Query() query: SampleQuery): SampleQuery {
    return query
  }

  @Get('failures/:kind')
  fail(@Param('kind') kind: string): never {
    throw FAILURES[kind]?.()
  }

  @Get('torn')
  torn(@Res() reply: FastifyReply): never {
    reply.raw.write('begun')
    throw new Error('geheim')
  }

  @Get(':id')
  find(@Param('id', UuidPipe) id: string): { id: string } {
    return { id }
  }
}

@Module({ controllers: [SampleController] })
export class SampleModule {}

import type { DynamicModule, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { HTTP_TIMEOUTS } from '../http/limits.js'
import { ServiceAdapter } from '../http/service-adapter.js'
import { createLogger, type LogLevel } from '../logging.js'
import { ProblemFilter } from '../problem/problem.filter.js'
import type { ProtectionSettings } from '../protection/protection.settings.js'
import { traceRequests } from '../tracing/trace-requests.js'
import { Tracing } from '../tracing/tracing.module.js'
import { validationPipe } from '../validation/validation.pipe.js'

/** What a service's application is made with. */
export interface ServiceOptions {
  /** Its name, in every line of the log. */
  service: string
  settings: { readonly LOG_LEVEL: LogLevel } & ProtectionSettings
}

/** A Nest application with everything the services have in common; it does not listen yet. */
export async function createService(
  rootModule: Type<unknown> | DynamicModule,
  { service, settings }: ServiceOptions,
): Promise<NestFastifyApplication> {
  const logger = createLogger(settings.LOG_LEVEL, service)
  const adapter = new ServiceAdapter(HTTP_TIMEOUTS, settings)
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, { logger })
  traceRequests(app.getHttpAdapter().getInstance(), app.get(Tracing).tracer)
  return configureService(app)
}

/**
 * The part of `createService` that is not the adapter's. Tests call it on
 * `testingModule.createNestApplication(new ServiceAdapter())`, before `init`.
 */
export function configureService(app: NestFastifyApplication): NestFastifyApplication {
  return app.useGlobalFilters(new ProblemFilter()).useGlobalPipes(validationPipe())
}

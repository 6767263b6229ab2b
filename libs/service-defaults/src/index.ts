export * from './settings/settings.js'
export * from './settings/readers.js'
export * from './settings/shared-settings.js'
export { createLogger, type LogLevel } from './logging.js'
export { ServiceDefaultsModule } from './service-defaults.module.js'
export { HealthModule } from './health/health.module.js'
export * from './health/health.js'
export { MetricsModule } from './metrics.module.js'
export {
  FieldProblem,
  pointerTo,
  PROBLEM_MEDIA_TYPE,
  ProblemDocument,
  problemDocument,
  type ProblemInit,
} from './problem/problem-document.js'
export { ProblemException } from './problem/problem.exception.js'
export { ProblemFilter } from './problem/problem.filter.js'
export { ServiceError, type ErrorCode, type ServiceErrorOptions } from './problem/service-error.js'
export { MayBeMissing, validationPipe } from './validation/validation.pipe.js'
export { UuidPipe } from './validation/uuid.pipe.js'
export { API_KEY_HEADER } from './protection/api-keys.js'
export { clientOf } from './protection/client.js'
export { pageHeaders } from './protection/security-headers.js'
export { protectionSettings, type ProtectionSettings } from './protection/protection.settings.js'
export * from './http/event-stream.js'
export * from './http/limits.js'
export * from './http/pages.js'
export * from './http/prefer.js'
export { ServiceAdapter } from './http/service-adapter.js'
export { configureService, createService, type ServiceOptions } from './run/create-service.js'
export { atMost } from './run/at-most.js'
export { runService, type RunOptions } from './run/run-service.js'
export { readTraceContext, TRACE_HEADER_LIMIT, type TraceContext } from './tracing/trace-context.js'
export { RequestTrace, TRACE_RESPONSE } from './tracing/trace-requests.js'
export {
  faultOf,
  type Span,
  type SpanAttributes,
  type SpanStart,
  type Tracer,
} from './tracing/tracer.js'
export { Tracing, TracingModule, type TracingOptions } from './tracing/tracing.module.js'
export { ApiProblem, ApiUnavailable, describeApi, serveApiDocs, type ApiDocs } from './swagger.js'

import { type DynamicModule, Module } from '@nestjs/common'
import { HealthModule } from './health/health.module.js'
import { MetricsModule } from './metrics.module.js'
import { TracingModule, type TracingOptions } from './tracing/tracing.module.js'

/** What every service's root module imports: health, metrics and traces. */
@Module({})
export class ServiceDefaultsModule {
  static forRoot(options: TracingOptions): DynamicModule {
    return {
      module: ServiceDefaultsModule,
      imports: [HealthModule, MetricsModule, TracingModule.forRoot(options)],
    }
  }
}

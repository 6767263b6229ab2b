import { Module } from '@nestjs/common'
import { HealthModule } from './health/health.module.js'
import { MetricsModule } from './metrics.module.js'

/** What every service's root module imports: health and metrics. */
@Module({ imports: [HealthModule, MetricsModule] })
export class ServiceDefaultsModule {}

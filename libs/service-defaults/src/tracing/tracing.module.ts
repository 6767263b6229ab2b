import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common'
import { atMost } from '../run/at-most.js'
import { type Settings } from '../settings/settings.js'
import { type tracingSettings } from '../settings/shared-settings.js'
import { type Tracer } from './tracer.js'

/** Milliseconds for which a stop waits until the last spans are taken. */
const CLOSE_WITHIN = 2_000

/** Whether there are spans, and who makes them. */
export class Tracing implements OnApplicationShutdown {
  /** @param tracer none when nobody asked for spans */
  constructor(readonly tracer: Tracer | undefined) {}

  /** After HTTP, consumers and publishers: what they did last is among the spans. */
  async onApplicationShutdown(): Promise<void> {
    await atMost(CLOSE_WITHIN, this.tracer?.close())
  }
}

export interface TracingOptions {
  /** What the service is called in its spans, unless `OTEL_SERVICE_NAME` says otherwise. */
  service: string
  settings: Settings<typeof tracingSettings>
}

/** Spans, when `OTEL_EXPORTER_OTLP_ENDPOINT` says where to; else OpenTelemetry is not even loaded. */
@Global()
@Module({})
export class TracingModule {
  static forRoot({ service, settings }: TracingOptions): DynamicModule {
    return {
      module: TracingModule,
      providers: [
        {
          provide: Tracing,
          useFactory: async () => {
            if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return new Tracing(undefined)
            const { OtlpTracer } = await import('./otlp-tracer.js')
            return new Tracing(new OtlpTracer(service))
          },
        },
      ],
      exports: [Tracing],
    }
  }
}

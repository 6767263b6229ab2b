import { Controller, Get, Header, Module, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { PrometheusController, PrometheusModule } from '@willsoto/nestjs-prometheus'

/** Prometheus' scrape; not part of the API that the documentation shows. */
@ApiExcludeController()
@Controller()
class MetricsController extends PrometheusController {
  @Get()
  @Header('Cache-Control', 'no-store')
  override index(@Res({ passthrough: true }) response: unknown): Promise<string> {
    return super.index(response)
  }
}

/**
 * `/metrics`: everything in prom-client's default registry, Node's own metrics among it.
 *
 * A module declares its metrics as providers (`makeCounterProvider` and its siblings) and gets them
 * with `@InjectMetric(name)`.
 */
@Module({
  imports: [PrometheusModule.register({ path: '/metrics', controller: MetricsController })],
})
export class MetricsModule {}

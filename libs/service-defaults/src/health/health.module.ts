import { Global, Module, type OnModuleDestroy } from '@nestjs/common'
import { HealthController } from './health.controller.js'
import { Health } from './health.js'

/** `/livez`, `/readyz`, and the `Health` that every provider may register its checks with. */
@Global()
@Module({ controllers: [HealthController], providers: [Health], exports: [Health] })
export class HealthModule implements OnModuleDestroy {
  constructor(private readonly health: Health) {}

  onModuleDestroy(): void {
    this.health.startDraining()
  }
}

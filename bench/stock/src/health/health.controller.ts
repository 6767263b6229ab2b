import { Controller, Get } from '@nestjs/common'

@Controller()
export class HealthController {
  /** HTTP starts last: whoever is answered is answered by a service that is ready. */
  @Get('readyz')
  ready() {
    return { status: 'ok' }
  }
}

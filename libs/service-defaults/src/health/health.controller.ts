import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Health, type LivenessReport, type ReadinessReport } from './health.js'

/** The kubelet's two questions; 200 when all is well, 503 when it is not. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('livez')
  @Header('Cache-Control', 'no-store')
  async livez(@Res({ passthrough: true }) reply: FastifyReply): Promise<LivenessReport> {
    return withStatus(reply, await this.health.livenessReport())
  }

  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    return withStatus(reply, await this.health.readiness())
  }
}

function withStatus<Report extends { status: string }>(
  reply: FastifyReply,
  report: Report,
): Report {
  void reply.status(report.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
  return report
}

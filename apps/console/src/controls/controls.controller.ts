import { Body, Controller, HttpCode, Post, Put, Res, UseGuards } from '@nestjs/common'
import { type FastifyReply } from 'fastify'

import { ProblemException } from '#service-defaults'

import { type Controls } from '../console.api.js'
import { OperationServiceClient } from '../fleet/operation-service-client.js'
import { ControlPanel } from './control-panel.service.js'
import { ApprovalSwitchDto, LoadDto, ReplicasDto, ScalerSwitchDto } from './controls.dto.js'
import { LocalRequestsGuard } from './local-requests.guard.js'
import { Poison } from './poison.service.js'

@Controller('api')
@UseGuards(LocalRequestsGuard)
export class ControlsController {
  constructor(
    private readonly panel: ControlPanel,
    private readonly operationService: OperationServiceClient,
    private readonly poison: Poison,
  ) {}

  /** What is wrong with a user is operation-service's to say. */
  @Post('users')
  async createUser(@Body() user: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { status, headers, body } = await this.operationService
      .createUser(JSON.stringify(user ?? {}))
      .catch(() => {
        throw new ProblemException(
          {
            status: 503,
            detail: 'operation-service does not answer: see whether it runs, and try again.',
          },
          { 'Retry-After': '2' },
        )
      })
    // As bytes: Fastify adds a charset to JSON text.
    await reply.status(status).headers(headers).send(Buffer.from(body))
  }

  @Put('load')
  setLoad(@Body() { usersPerSecond }: LoadDto): Controls {
    this.panel.setLoad(usersPerSecond)
    return this.panel.controls
  }

  @Put('replicas')
  async setReplicas(@Body() replicas: ReplicasDto): Promise<Controls> {
    await this.panel.setReplicas(replicas)
    return this.panel.controls
  }

  @Put('scaler')
  switchScaler(@Body() { enabled }: ScalerSwitchDto): Controls {
    this.panel.switchScaler(enabled)
    return this.panel.controls
  }

  @Put('approval')
  async pauseApproval(@Body() { paused }: ApprovalSwitchDto): Promise<Controls> {
    await this.panel.pauseApproval(paused)
    return this.panel.controls
  }

  @Post('poison')
  @HttpCode(200)
  async injectPoison(): Promise<Controls> {
    await this.poison.inject()
    return this.panel.controls
  }
}

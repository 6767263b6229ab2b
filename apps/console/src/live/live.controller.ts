import { Controller, Get, Header, Res, type StreamableFile } from '@nestjs/common'
import { type FastifyReply } from 'fastify'

import { goneWith, Health, streamEvents } from '#service-defaults'

import { type Live } from '../console.api.js'
import { ControlPanel } from '../controls/control-panel.service.js'
import { Scaler } from '../scaler/scaler.service.js'
import { LiveFeed } from './live-feed.service.js'
import { Viewers } from './viewers.service.js'

@Controller('api')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly panel: ControlPanel,
    private readonly scaler: Scaler,
    private readonly viewers: Viewers,
    private readonly health: Health,
  ) {}

  @Get('live.json')
  @Header('Cache-Control', 'no-store')
  now(): Live {
    return {
      controls: this.panel.controls,
      scaler: this.scaler.facts,
      samples: this.feed.samples,
      decisions: this.feed.decisions,
    }
  }

  @Get('live')
  follow(@Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const end = AbortSignal.any([goneWith(reply), this.health.draining])
    const cut = () => void reply.raw.destroy()
    return streamEvents(reply, this.viewers.follow(this.now(), end, cut))
  }
}

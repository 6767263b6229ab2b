import { setTimeout } from 'node:timers/promises'
import {
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { Server, type CustomTransportStrategy } from '@nestjs/microservices'
import {
  createService,
  flag,
  httpSettings,
  integer,
  loadSettings,
  logSettings,
  runService,
  ServiceDefaultsModule,
  tracingSettings,
} from '../src/index.js'

const settings = loadSettings({
  ...httpSettings,
  ...logSettings,
  ...tracingSettings,
  HANG: flag({ default: false }),
  DEADLINE_MS: integer({ min: 1, default: 20_000 }),
})
const logger = new Logger('Fixture')

@Controller()
class FixtureController {
  constructor(private readonly host: HttpAdapterHost) {}

  /** Answers once the server has stopped listening. */
  @Get('slow')
  async slow(): Promise<string> {
    logger.log('slow request begun')
    const server: { listening: boolean } = this.host.httpAdapter.getHttpServer()
    while (server.listening) await setTimeout(10)
    return 'answered'
  }

  @Get('crash')
  crash(): string {
    void Promise.reject(new Error('nobody waits for me'))
    return 'not for long'
  }
}

@Injectable()
class Clingy implements BeforeApplicationShutdown {
  beforeApplicationShutdown(): Promise<void> | undefined {
    return settings.HANG ? new Promise(() => {}) : undefined
  }
}

class IdleConsumer extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    logger.log('consumer begun')
    callback()
  }

  close(): void {
    logger.log('consumer closed')
  }

  on(): void {}

  unwrap(): never {
    throw new Error('there is nothing inside')
  }
}

@Module({
  imports: [ServiceDefaultsModule.forRoot({ service: 'fixture', settings })],
  controllers: [FixtureController],
  providers: [Clingy],
})
class FixtureModule {}

const app = await createService(FixtureModule, { service: 'fixture', settings })
app.connectMicroservice({ strategy: new IdleConsumer() })
await runService(app, {
  port: settings.PORT,
  host: settings.LISTEN_HOST,
  shutdownDeadlineMs: settings.DEADLINE_MS,
})

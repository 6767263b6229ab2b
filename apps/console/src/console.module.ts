import { type DynamicModule, Module } from '@nestjs/common'
import { Kafka } from 'kafkajs'

import { createKafkaClient, Publisher } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'

import { type ConsoleSettings } from './console.settings.js'
import { ControlPanel } from './controls/control-panel.service.js'
import { ControlsController } from './controls/controls.controller.js'
import { Poison } from './controls/poison.service.js'
import { type LauncherChannel } from './fleet/launcher-channel.js'
import { Launcher } from './fleet/launcher.service.js'
import { OperationServiceClient } from './fleet/operation-service-client.js'
import { LiveFeed } from './live/live-feed.service.js'
import { LiveController } from './live/live.controller.js'
import { Viewers } from './live/viewers.service.js'
import { LoadService } from './load/load.service.js'
import { BrokerWatch } from './observation/broker-watch.js'
import { ClusterNodes } from './observation/cluster-nodes.js'
import { Observer } from './observation/observer.service.js'
import { Scaler } from './scaler/scaler.service.js'
import { scalerSettings } from './scaler/scaler.settings.js'

@Module({})
export class ConsoleModule {
  /** @param channel to the launcher, if one has started this process */
  static forRoot(settings: ConsoleSettings, channel?: LauncherChannel): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [ServiceDefaultsModule.forRoot({ service: 'console', settings })],
      controllers: [LiveController, ControlsController],
      providers: [
        { provide: Kafka, useFactory: () => createKafkaClient('console', settings) },
        {
          provide: Publisher,
          inject: [Kafka],
          useFactory: (kafka: Kafka) => new Publisher(kafka),
        },
        { provide: Launcher, useFactory: () => new Launcher(channel) },
        {
          provide: OperationServiceClient,
          inject: [Launcher],
          useFactory: (launcher: Launcher) =>
            new OperationServiceClient(
              settings.OPERATION_SERVICE_URL,
              settings.OPERATION_SERVICE_API_KEY,
              launcher,
            ),
        },
        {
          provide: Scaler,
          inject: [Launcher, LiveFeed],
          useFactory: (launcher: Launcher, feed: LiveFeed) =>
            new Scaler(scalerSettings(settings), settings.SCALER_SYNC_SECONDS, launcher, feed),
        },
        BrokerWatch,
        ClusterNodes,
        ControlPanel,
        LiveFeed,
        LoadService,
        Observer,
        Poison,
        Viewers,
      ],
    }
  }
}

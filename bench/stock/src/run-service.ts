import { type Type, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { type MicroserviceOptions } from '@nestjs/microservices'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'

import { kafkaServer } from './kafka.js'
import { settings } from './settings.js'

/** Runs a hybrid application: the consumer first, so that whoever reaches it over HTTP finds it ready. */
export async function runService(module: Type, service: string): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: ['fatal', 'error', 'warn'],
  })
  app.useGlobalPipes(
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  )
  app.enableShutdownHooks()
  app.connectMicroservice<MicroserviceOptions>(kafkaServer(service))
  await app.startAllMicroservices()
  await app.listen(settings.port, '0.0.0.0')
}

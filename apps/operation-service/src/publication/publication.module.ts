import { Module } from '@nestjs/common'
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus'

import { Health } from '#service-defaults'

import { Outbox } from './outbox.service.js'
import { PublicationMarks } from './publication-marks.service.js'

@Module({
  providers: [
    Outbox,
    PublicationMarks,
    makeGaugeProvider({
      name: 'tideway_operations_unpublished',
      help: 'Operations this process accepted and has not published yet.',
    }),
  ],
  exports: [Outbox, PublicationMarks],
})
export class PublicationModule {
  constructor(health: Health, marks: PublicationMarks) {
    health.addDependency(
      'publication-mark',
      () =>
        marks.isKept
          ? { status: 'up' }
          : { status: 'down', detail: 'not stored lately: nothing is accepted until it is' },
      { requiredForReadiness: true },
    )
  }
}

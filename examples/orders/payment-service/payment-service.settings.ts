import { httpSettings, integer, type Settings } from '#service-defaults'

import { orderSettings } from '../settings.js'

export const paymentServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3012 }),
  ...orderSettings,
  /** How long a payment takes, in milliseconds. */
  PAYMENT_WORK_MS: integer({ min: 0, max: 600_000, default: 500 }),
  /** Payments that this process takes at a time, over all its partitions. */
  PAYMENT_CONCURRENCY: integer({ min: 1, max: 100_000, default: 5 }),
  /** What is more than this is refused, in cents. */
  PAYMENT_LIMIT: integer({ min: 0, default: 100_000 }),
}

export type PaymentServiceSettings = Settings<typeof paymentServiceSettings>

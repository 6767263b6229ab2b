import {
  integer,
  kafkaSettings,
  logSettings,
  sagaSettings,
  tracingSettings,
} from '#service-defaults'

/** What every service of orders is told. */
export const orderSettings = {
  ...kafkaSettings,
  ...sagaSettings,
  ...logSettings,
  ...tracingSettings,
  /** The partitions of `payment-take`: as many as replicas may share it. */
  PAYMENT_TAKE_PARTITIONS: integer({ min: 1, default: 12 }),
}

import { databaseSettings, httpSettings, integer, type Settings } from '#service-defaults'

import { orderSettings } from '../settings.js'

export const orderServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3010 }),
  ...orderSettings,
  ...databaseSettings,
}

export type OrderServiceSettings = Settings<typeof orderServiceSettings>

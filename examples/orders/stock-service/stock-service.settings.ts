import { databaseSettings, httpSettings, integer, type Settings } from '#service-defaults'

import { orderSettings } from '../settings.js'

export const stockServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3011 }),
  ...orderSettings,
  ...databaseSettings,
  /** An order for more than these of an item is sold out. */
  STOCK_MOST: integer({ min: 0, default: 10 }),
}

export type StockServiceSettings = Settings<typeof stockServiceSettings>

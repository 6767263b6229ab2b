import { MongooseModule } from '@nestjs/mongoose'

import { settings } from './settings.js'

/** A service's database. A write counts once a majority has it in its journal. */
export function database(dbName: string) {
  return MongooseModule.forRoot(settings.mongodbUri, {
    dbName,
    writeConcern: { w: 'majority', journal: true },
  })
}

/** Whether a document with this id was stored before: the message has come twice. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000
}

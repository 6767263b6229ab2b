import { type Connection, type mongo } from 'mongoose'

import { DatabaseUnavailable } from './database.errors.js'

/** The driver's own collection of a service's database. @throws DatabaseUnavailable before the first connection */
export function collectionOf<Document extends mongo.Document>(
  { db }: Connection,
  name: string,
): mongo.Collection<Document> {
  if (!db) throw new DatabaseUnavailable()
  return db.collection<Document>(name)
}

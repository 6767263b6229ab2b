import { type ApiDocs, describeApi, parseSettings } from '#service-defaults'

import { UserServiceModule } from './user-service.module.js'
import { userServiceSettings } from './user-service.settings.js'

export const userServiceDocs: ApiDocs = {
  title: 'Tideway users',
  description: 'Users and how their approval stands. They are created through operation-service.',
  version: '1',
  tags: { users: 'Users, and how they were decided.' },
}

/** The API's document, without a broker and without a database: for `npm run docs`, and for tests. */
export function describeUserService() {
  const settings = parseSettings(userServiceSettings, {
    KAFKA_BROKERS: 'localhost:9092',
    MONGODB_URI: 'mongodb://localhost',
  })
  return describeApi(UserServiceModule.forRoot(settings), userServiceDocs)
}

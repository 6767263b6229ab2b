export { askDatabase } from './ask-database.js'
export { collectionOf } from './collection.js'
export {
  databaseError,
  DatabaseUnavailable,
  errorAfterWrite,
  OutcomeUnknown,
} from './database.errors.js'
export { DatabaseModule, type DatabaseOptions, DURABLE } from './database.module.js'
export { GroupCommit } from './group-commit.js'
export { type Index, IndexesModule } from './indexes.module.js'
export { Lease } from './lease.js'
export { OpenWalk, WALK_START, type WalkSource, type WalkState } from './open-walk.js'
export { FIRST, LAST, type Pair, PairedRecords } from './paired-records.js'
export { type Reading, type RecordOf, Records } from './records.js'
export { Retention } from './retention.js'
export { SoleWorker } from './sole-worker.js'
export { WalkPosition } from './walk-position.repository.js'

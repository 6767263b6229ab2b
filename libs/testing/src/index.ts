export { eventually } from './eventually.js'
export { FakePublisher } from './fake-publisher.js'
export {
  type DatabaseCall,
  type DatabaseLine,
  MemoryDatabase,
  memoryModel,
  type StoredDocument,
} from './memory-database.js'
export { MemoryRecords, type RecordStore } from './memory-records.js'
export { creationEnded, decision, recorded, userRequest } from './messages.js'
export { type ReceivedSpan, SpanReceiver } from './span-receiver.js'
export { connectTestDatabase } from './test-connection.js'
export { type Broker, type Database, startTestBroker, startTestDatabase } from './test-servers.js'
export { startTestService, type TestService, type TestServiceOptions } from './test-service.js'
export { openTestTopics, openTestTopicsOf, type Published, type TestTopics } from './test-topics.js'
export { layWire, type Wire } from './wire.js'

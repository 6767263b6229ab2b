const { env } = process

/** What a process is told by its environment. */
export const settings = {
  port: Number(env['PORT'] ?? 3000),
  brokers: (env['KAFKA_BROKERS'] ?? 'localhost:9092').split(','),
  mongodbUri: env['MONGODB_URI'] ?? 'mongodb://localhost:27017',
  approvalWorkMs: Number(env['APPROVAL_WORK_MS'] ?? 200),
  partitionsConsumedConcurrently: Number(env['PARTITIONS_CONSUMED_CONCURRENTLY'] ?? 12),
}

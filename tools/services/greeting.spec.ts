import { expect, test } from 'vitest'
import { greeting, readyLines } from './greeting.ts'

const broker = '127.0.0.1:9092'
const database = 'mongodb://127.0.0.1:27017/?directConnection=true'

test('the lines that scripts read are exactly these', () => {
  const addresses = { apiPort: 3000, consolePort: 3003, broker, database }
  expect(greeting(addresses).slice(0, 6)).toEqual(readyLines(addresses))
  expect(readyLines(addresses)).toEqual([
    'Swagger UI: http://localhost:3000/docs',
    'Users API: http://localhost:3000/users',
    'Console: http://localhost:3003/',
    'Kafka: 127.0.0.1:9092',
    'MongoDB: mongodb://127.0.0.1:27017/?directConnection=true',
    'Ready.',
  ])
})

test('without a replica of operation-service there is no API to point to', () => {
  expect(greeting({ apiPort: undefined, consolePort: 3003, broker, database })).toEqual([
    'Console: http://localhost:3003/',
    `Kafka: ${broker}`,
    `MongoDB: ${database}`,
    'Ready.',
  ])
})

import { expect, test } from 'vitest'
import { greeting } from './greeting.ts'

const broker = '127.0.0.1:9092'
const database = 'mongodb://127.0.0.1:27017/?directConnection=true'

test('the lines that scripts read are exactly these', () => {
  expect(greeting(3000, broker, database).slice(0, 5)).toEqual([
    'Swagger UI: http://localhost:3000/docs',
    'Users API: http://localhost:3000/users',
    'Kafka: 127.0.0.1:9092',
    'MongoDB: mongodb://127.0.0.1:27017/?directConnection=true',
    'Ready.',
  ])
})

test('without a replica of operation-service there is no API to point to', () => {
  expect(greeting(undefined, broker, database)).toEqual([
    `Kafka: ${broker}`,
    `MongoDB: ${database}`,
    'Ready.',
  ])
})

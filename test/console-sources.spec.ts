import { Test } from '@nestjs/testing'
import { register } from 'prom-client'
import { expect, it } from 'vitest'

import { newOperationId, subscriptions, topics } from '#contracts'

import { booksOf } from '../apps/console/src/observation/books.js'
import { durationBuckets } from '../apps/console/src/observation/duration-histogram.js'
import { READERS, SAGA_TOPICS } from '../apps/console/src/observation/saga-topics.js'
import { SERVICES } from '../apps/console/src/fleet/services.js'
import { summaryExample } from '../apps/operation-service/src/operations/operation.examples.js'
import {
  operationMetricProviders,
  OperationMetrics,
} from '../apps/operation-service/src/operations/operations.metrics.js'

it('the console reads the histogram that operation-service keeps', async () => {
  const module = await Test.createTestingModule({
    providers: [...operationMetricProviders, OperationMetrics],
  }).compile()
  const before = durationBuckets(await register.metrics()).get(Infinity)
  module
    .get(OperationMetrics)
    .finished({ _id: newOperationId(), state: 'completed', finishedAt: new Date() })
  expect([before, durationBuckets(await register.metrics()).get(Infinity)]).toEqual([0, 1])
})

it('the console reads the books that operation-service keeps', () => {
  const { accepted, completed, failed, pending } = booksOf(summaryExample, Date.now())
  expect(accepted).toBe(completed + failed + pending)
})

it('the topics of the saga are all but the one for erasing, and the services are all', () => {
  expect([...SAGA_TOPICS, 'user-erase'].toSorted()).toEqual(Object.keys(topics).toSorted())
  expect(SERVICES.toSorted()).toEqual(Object.keys(subscriptions).toSorted())
  expect(READERS).toEqual({
    'user-create': 'user-service',
    'user-approve': 'user-approval-service',
    'user-approve-response': 'user-service',
    'user-create-response': 'operation-service',
  })
})

import { Test } from '@nestjs/testing'
import { register } from 'prom-client'
import { afterAll, expect, it } from 'vitest'

import { operationMetricProviders, OperationMetrics } from './operations.metrics.js'

afterAll(() => register.clear())

it('tells every way to end as 0 before the first operation has ended, so that the first one is an increase', async () => {
  await Test.createTestingModule({
    providers: [OperationMetrics, ...operationMetricProviders],
  }).compile()
  const { values } = await register.getSingleMetric('tideway_operations_finished_total')!.get()
  expect(values.map(({ labels, value }) => [labels['state'], value])).toEqual([
    ['completed', 0],
    ['failed', 0],
  ])
})

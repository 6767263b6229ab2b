import type { Dashboard } from './dashboard.ts'

const HERE = 'job="tideway", namespace="$namespace"'

/** What each process does, to find the one that differs. */
export const processes: Dashboard = {
  uid: 'tideway-processes',
  title: 'Tideway: processes',
  rows: [
    {
      title: 'Messages',
      panels: [
        {
          title: 'Handled a second',
          description: 'By process and topic; what failed and was tried again is not in it.',
          kind: 'lines',
          unit: 'ops',
          width: 12,
          queries: [
            {
              expr: `sum by (pod, topic) (rate(tideway_messages_handled_total{result="handled", ${HERE}}[1m]))`,
              legend: '{{pod}} {{topic}}',
            },
          ],
        },
        {
          title: 'Failed, retried, buried a second',
          description: 'An outage is retried, poison is buried.',
          kind: 'lines',
          unit: 'ops',
          width: 12,
          queries: [
            {
              expr: `sum by (service, topic, result) (rate(tideway_messages_handled_total{result!="handled", ${HERE}}[1m]))`,
              legend: '{{topic}}: {{result}}',
            },
          ],
        },
        {
          title: 'Messages in one call of a handler',
          description: 'The more, the cheaper each.',
          kind: 'lines',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: `sum by (topic) (rate(tideway_message_batch_size_sum{${HERE}}[1m])) / sum by (topic) (rate(tideway_message_batch_size_count{${HERE}}[1m]))`,
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'Time of a call, 95 %',
          description: 'How long a handler takes for what it is given at once.',
          kind: 'lines',
          unit: 's',
          width: 8,
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (topic, le) (rate(tideway_handle_duration_seconds_bucket{${HERE}}[1m])))`,
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'In the hands of handlers',
          description: 'Messages, by topic.',
          kind: 'stacked',
          unit: 'short',
          width: 8,
          queries: [{ expr: `sum by (topic) (tideway_in_flight{${HERE}})`, legend: '{{topic}}' }],
        },
        {
          title: 'Partitions that wait for a person',
          description: 'Many messages fail, or one has a newer schema than the service knows.',
          kind: 'bars',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `sum by (topic, reason) (tideway_partition_paused{${HERE}})`,
              legend: '{{topic}}: {{reason}}',
            },
          ],
        },
        {
          title: 'Responses that changed nothing',
          description: 'To operation-service: repeated, or to an operation that does not exist.',
          kind: 'lines',
          unit: 'ops',
          width: 12,
          queries: [
            {
              expr: `sum by (reason) (rate(tideway_operation_responses_ignored_total{${HERE}}[1m]))`,
              legend: '{{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Node.js',
      panels: [
        {
          title: 'Processors in use',
          description: 'One is all that JavaScript of a process can use.',
          kind: 'lines',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `sum by (pod) (rate(process_cpu_seconds_total{${HERE}}[1m]))`,
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'Resident memory',
          description: 'Beside the limit of the container it is in.',
          kind: 'lines',
          unit: 'bytes',
          width: 12,
          queries: [
            { expr: `max by (pod) (process_resident_memory_bytes{${HERE}})`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'Event loop, late by (99 %)',
          description: 'Above some ten milliseconds a process has too much to do.',
          kind: 'lines',
          unit: 's',
          width: 12,
          queries: [
            { expr: `max by (pod) (nodejs_eventloop_lag_p99_seconds{${HERE}})`, legend: '{{pod}}' },
          ],
        },
        {
          title: 'Garbage collection',
          description: 'Share of the time.',
          kind: 'lines',
          unit: 'percentunit',
          width: 12,
          queries: [
            {
              expr: `sum by (pod) (rate(nodejs_gc_duration_seconds_sum{${HERE}}[1m]))`,
              legend: '{{pod}}',
            },
          ],
        },
      ],
    },
  ],
}

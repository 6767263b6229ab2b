import type { Dashboard } from './dashboard.ts'

const HERE = 'namespace="$namespace"'
const QUANTILES = [0.5, 0.95, 0.99]

/** What the system does: the article's four panels first, then what it never showed. */
export const tideway: Dashboard = {
  uid: 'tideway',
  title: 'Tideway',
  rows: [
    {
      title: 'Replicas follow the lag',
      panels: [
        {
          title: 'Events a second',
          description:
            'Messages handled, each counted once, by the service that handles it: four for each operation.',
          kind: 'stacked',
          unit: 'ops',
          width: 12,
          queries: [
            {
              expr: `namespace_topic:tideway_messages_handled:rate1m{${HERE}}`,
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'Lag',
          description:
            'Messages that wait, by topic. No line means that nobody knows, not that there are none.',
          kind: 'lines',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `namespace_consumergroup_topic:kafka_consumergroup_lag:sum{${HERE}, topic!~".+[.]dlq"}`,
              legend: '{{topic}} ({{consumergroup}})',
            },
          ],
        },
        {
          title: 'Replicas',
          description: 'Processes that answer, and how many the autoscaler wants.',
          kind: 'lines',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `count by (service) (up{job="tideway", ${HERE}} == 1)`,
              legend: '{{service}}',
            },
            {
              expr: `max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas{${HERE}})`,
              legend: '{{horizontalpodautoscaler}}, wanted',
            },
          ],
        },
        {
          title: 'Nodes',
          description: 'Nodes that run at least one of the services.',
          kind: 'lines',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `count(count by (node) (up{job="tideway", node!="", ${HERE}} == 1))`,
              legend: 'all',
            },
            {
              expr: `count by (service) (count by (service, node) (up{job="tideway", node!="", ${HERE}} == 1))`,
              legend: '{{service}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Operations',
      panels: [
        {
          title: 'Accepted to finished',
          description: 'How long operations take; 200 ms of it is the approval.',
          kind: 'lines',
          unit: 's',
          width: 12,
          queries: QUANTILES.map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le) (rate(tideway_operation_duration_seconds_bucket{${HERE}}[1m])))`,
            legend: `${quantile * 100} %`,
          })),
        },
        {
          title: 'Seconds until the lag is worked off',
          description: 'At the pace of the last two minutes. An alert comes above 300.',
          kind: 'lines',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `namespace_consumergroup_topic:kafka_consumergroup_lag:seconds{${HERE}, topic!~".+[.]dlq"}`,
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'Accepted and finished a second',
          description: 'Finished by the state in which operations end.',
          kind: 'lines',
          unit: 'ops',
          width: 12,
          queries: [
            { expr: `namespace:tideway_operations_accepted:rate1m{${HERE}}`, legend: 'accepted' },
            {
              expr: `namespace_state:tideway_operations_finished:rate1m{${HERE}}`,
              legend: '{{state}}',
            },
          ],
        },
        {
          title: "What came of the saga's events",
          description:
            'A duplicate or late event changes nothing; an unknown one belongs to no user.',
          kind: 'stacked',
          unit: 'ops',
          width: 12,
          queries: [
            {
              expr: `namespace_state_event_result:tideway_saga_steps:rate1m{${HERE}}`,
              legend: '{{state}} + {{event}}: {{result}}',
            },
          ],
        },
        {
          title: 'Open',
          description: 'Operations accepted and not ended.',
          kind: 'number',
          unit: 'short',
          width: 6,
          queries: [{ expr: `max(tideway_operations_open{${HERE}})`, legend: 'open' }],
        },
        {
          title: 'The oldest of them',
          description: '0 while none is older than ten seconds.',
          kind: 'number',
          unit: 's',
          width: 6,
          queries: [
            {
              expr: `max(tideway_operations_oldest_open_age_seconds{${HERE}})`,
              legend: 'age',
            },
          ],
        },
        {
          title: 'Not published yet',
          description: 'Accepted, stored, and not in Kafka: it grows while the broker is away.',
          kind: 'number',
          unit: 'short',
          width: 6,
          queries: [
            { expr: `sum(tideway_operations_unpublished{${HERE}})`, legend: 'unpublished' },
          ],
        },
        {
          title: 'Unaccounted for, last hour',
          description:
            'Accepted - finished - more open: near 0, give or take what a restart loses.',
          kind: 'number',
          unit: 'short',
          width: 6,
          queries: [
            {
              expr: `abs(namespace:tideway_operations_unaccounted:increase1h{${HERE}})`,
              legend: 'unaccounted',
            },
          ],
        },
      ],
    },
    {
      title: 'What needs a person',
      panels: [
        {
          title: 'Dead letters that wait',
          description: 'Not put back yet: npm run dlq -- list.',
          kind: 'lines',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: `namespace_topic:tideway_dead_letters_waiting:sum{${HERE}}`,
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'Dead letters by reason',
          description: 'Since each process began.',
          kind: 'stacked',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: `sum by (topic, reason) (tideway_dead_letters_total{${HERE}})`,
              legend: '{{topic}}: {{reason}}',
            },
          ],
        },
        {
          title: 'Alerts',
          description: 'Each has an entry in docs/runbook.md.',
          kind: 'table',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: 'count by (alertname, severity) (ALERTS{alertname=~"Tideway.+", alertstate="firing"})',
              legend: '{{alertname}}',
            },
          ],
        },
      ],
    },
    {
      title: 'What it costs',
      panels: [
        {
          title: 'Processor time of an event',
          description: "All the services' processes; broker and database are not in it.",
          kind: 'lines',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `namespace:tideway_cpu_seconds_per_event:ratio1m{${HERE}}`,
              legend: 'an event',
            },
          ],
        },
        {
          title: 'Processors in use',
          description: 'By service, all its replicas.',
          kind: 'stacked',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `namespace_service:process_cpu_seconds:rate1m{${HERE}}`,
              legend: '{{service}}',
            },
          ],
        },
      ],
    },
  ],
}

import type { Dashboard } from '../../../tools/dashboards/dashboard.ts'

const HERE = 'namespace="$namespace"'
const PAYMENTS = `topic="payment-take", consumergroup="payment-service", ${HERE}`

/** Orders: how they end, what waits to be paid, and what came again. */
export const orders: Dashboard = {
  uid: 'orders',
  title: 'Orders',
  rows: [
    {
      title: 'Orders',
      panels: [
        {
          title: 'Ended a second',
          description:
            'Cancelled ones had their stock released: the payment was refused, or nobody answered in time.',
          kind: 'stacked',
          unit: 'ops',
          width: 12,
          queries: [{ expr: `namespace_end:orders_ended:rate1m{${HERE}}`, legend: '{{end}}' }],
        },
        {
          title: 'Waiting to be paid',
          description: 'What the replicas of payment-service follow: 30 for each of them are 3 s.',
          kind: 'lines',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `namespace_consumergroup_topic:kafka_consumergroup_lag:sum{${PAYMENTS}}`,
              legend: 'payments',
            },
          ],
        },
        {
          title: 'Came again, came late, or nobody asked for it',
          description: 'Some are normal after a restart; many for minutes are not.',
          kind: 'lines',
          unit: 'ops',
          width: 24,
          queries: [
            {
              expr: `namespace_state_event_result:orders_saga_steps:rate1m{result!="advanced", ${HERE}}`,
              legend: '{{event}} when {{state}}: {{result}}',
            },
          ],
        },
      ],
    },
  ],
}

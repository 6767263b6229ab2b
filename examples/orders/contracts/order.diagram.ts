import { ORDER_ENDS, ORDER_EVENTS, ORDER_FOLLOWS, orderSaga, ORDER_STATES } from './order.saga.js'

/** The order's table as a Mermaid state diagram: the steps that change the state, and what each publishes. */
export function orderDiagram(): string {
  const arrows = ORDER_STATES.flatMap((state) =>
    ORDER_EVENTS.flatMap((event) => {
      const step = orderSaga[state][event]
      if (step.result !== 'advanced' || step.to === 'absent') return []
      const from = state === 'absent' ? '[*]' : state
      return [`  ${from} --> ${step.to}: ${event} / ${ORDER_FOLLOWS[step.to]}`]
    }),
  )
  const ends = ORDER_ENDS.map((state) => `  ${state} --> [*]`)
  return ['stateDiagram-v2', ...arrows, ...ends].join('\n')
}

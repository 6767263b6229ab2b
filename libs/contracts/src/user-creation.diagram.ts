import { USER_EVENTS, USER_STATES, userCreation } from './user-creation.saga.js'

/** The saga's table as a Mermaid state diagram: the steps that change the state, and what each publishes. */
export function userCreationDiagram(): string {
  const arrows = USER_STATES.flatMap((state) =>
    USER_EVENTS.flatMap((event) => {
      const step = userCreation[state][event]
      return step.result === 'advanced'
        ? [`  ${state === 'absent' ? '[*]' : state} --> ${step.to}: ${event} / ${step.publish}`]
        : []
    }),
  )
  const ends = (['approved', 'rejected', 'expired'] as const).map((state) => `  ${state} --> [*]`)
  return ['stateDiagram-v2', ...arrows, ...ends].join('\n')
}

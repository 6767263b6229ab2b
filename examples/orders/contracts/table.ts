/** What an event does in a state. */
export type Step<State extends string> =
  /** The state changes: a record is written, then what follows from the new state published. */
  | { result: 'advanced'; to: State }
  /** The event was here before: nothing is written, and what follows is published again, in case it was lost. */
  | { result: 'duplicate' }
  /** It was decided otherwise, or went on, meanwhile: what is stored stands, and what follows is published again. */
  | { result: 'late' }
  /** Nobody asked for it: nothing is written or published. */
  | { result: 'unknown' }

/** Total: a missing cell does not compile. */
export type Table<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Record<Event, Step<State>>>>
>

export const to = <const State extends string>(state: State) =>
  ({ result: 'advanced', to: state }) as const
export const duplicate = { result: 'duplicate' } as const
export const late = { result: 'late' } as const
export const unknown = { result: 'unknown' } as const

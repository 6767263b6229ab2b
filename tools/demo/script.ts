import type { DemoOptions } from './demo-options.ts'

/** Of user-approve: more replicas would have nothing to read. */
export const partitions = 12

export interface Step {
  usersPerSecond: number
  seconds: number
}

export interface Act {
  number: 1 | 2
  /** Said when it begins. */
  opening: string
  isScaled: boolean
  steps: Step[]
}

/** What is played, for a time that is long enough to see it and short enough to stay for it. */
export interface Script {
  acts: Act[]
  maxReplicas: number
  /** Of the scaler, between two looks. */
  syncSeconds: number
  /** For which the most that was asked for holds on the way down. */
  downWindowSeconds: number
}

/** The article's two acts, in three minutes. */
export function scriptOf({ acts, rate, maxReplicas }: DemoOptions): Script {
  const both: Act[] = [
    {
      number: 1,
      opening: `nothing is scaled. ${rate} users a second are ${4 * rate} events; one approval replica does 5 users a second, so watch the lag.`,
      isScaled: false,
      steps: [{ usersPerSecond: rate, seconds: 45 }],
    },
    {
      number: 2,
      opening: `replicas follow the lag, up to ${maxReplicas} of them, while the load grows in steps; then it stops.`,
      isScaled: true,
      steps: [
        { usersPerSecond: rate, seconds: 25 },
        { usersPerSecond: Math.round((rate * 5) / 3), seconds: 25 },
        { usersPerSecond: Math.round((rate * 7) / 3), seconds: 30 },
      ],
    },
  ]
  return {
    acts: both.filter(({ number }) => acts.includes(number)),
    maxReplicas,
    syncSeconds: 5,
    downWindowSeconds: 20,
  }
}

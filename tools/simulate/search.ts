import { simulate, type Simulation } from '#autoscaling'
import { count, table } from '../console/table.ts'
import { loadOfScenario, settingsOf } from './scenario.ts'
import type { Scenario, SearchOrder } from './simulate-options.ts'

export interface Candidate {
  scenario: Scenario
  simulation: Simulation
  /** Seconds waited by the share of users that counts. */
  wait: number
  meetsGoal: boolean
}

const SHOWN = 10

/** Tries all; those that meet the goal come first, the cheapest of them before the others, then the fastest. */
export function search({ scenarios, goal, percentile }: SearchOrder): Candidate[] {
  return scenarios
    .map((scenario) => {
      const simulation = simulate(settingsOf(scenario), loadOfScenario(scenario))
      const wait = waitOf(simulation, percentile)
      // What still waits has waited, too.
      const meetsGoal = wait <= goal && simulation.totals.oldestSeconds <= goal
      return { scenario, simulation, wait, meetsGoal }
    })
    .toSorted(
      (a, b) =>
        Number(b.meetsGoal) - Number(a.meetsGoal) ||
        (a.meetsGoal
          ? a.simulation.totals.podHours - b.simulation.totals.podHours
          : a.wait - b.wait),
    )
}

function waitOf({ waits }: Simulation, percentile: number): number {
  return waits.percentile(percentile / 100)
}

export function searchTable(
  { goal, percentile, scenarios }: SearchOrder,
  found: Candidate[],
): string {
  const differing = Object.keys(numbersOf(scenarios[0]!)).filter(
    (name) => new Set(scenarios.map((one) => numbersOf(one)[name])).size > 1,
  )
  const good = found.filter(({ meetsGoal }) => meetsGoal).length
  const verdict =
    good === 0
      ? `None of ${count(found.length)} meets the goal; the fastest come first.`
      : `${count(good)} of ${count(found.length)} meet the goal; the cheapest come first.`
  return [
    `${count(percentile)} % of the users wait ${count(goal)} s at most. ${verdict}`,
    '',
    ...table(
      [`p${count(percentile)} wait`, 'pod hours', 'most replicas', 'turns', ...differing],
      found
        .slice(0, SHOWN)
        .map(({ scenario, simulation: { totals }, wait }) => [
          `${wait.toFixed(2)} s`,
          totals.podHours.toFixed(2),
          count(totals.mostReplicas),
          count(totals.turns),
          ...differing.map((name) => String(numbersOf(scenario)[name])),
        ]),
    ),
  ].join('\n')
}

/** What lists may be given for. */
function numbersOf(scenario: Scenario): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scenario).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )
}

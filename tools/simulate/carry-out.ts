import { simulate } from '#autoscaling'
import { articleActs, articleTable, type Act } from './article.ts'
import { pictureOf, writePicture } from './picture.ts'
import { headOf, runTable } from './report.ts'
import { asFailure, loadOfScenario, settingsOf } from './scenario.ts'
import { search, searchTable } from './search.ts'
import {
  helpOnSimulate,
  type ArticleOrder,
  type RunOrder,
  type SearchOrder,
  type SimulateOrder,
} from './simulate-options.ts'

/**
 * Simulates what was ordered.
 *
 * @returns what to print
 * @throws Failure when settings contradict each other, or a file cannot be read or written
 */
export function carryOut(order: SimulateOrder): string {
  try {
    if (order.command === 'help') return helpOnSimulate
    if (order.command === 'article') return article(order)
    return order.command === 'search' ? searched(order) : run(order)
  } catch (error) {
    throw asFailure(error)
  }
}

function run(order: RunOrder): string {
  const { scenario, json, picture } = order
  const settings = settingsOf(scenario)
  const simulation = simulate(settings, loadOfScenario(scenario))
  const { samples, changes, totals } = simulation
  if (picture !== undefined) {
    const [title, ...facts] = headOf(scenario)
    writePicture(picture, pictureOf(title!, facts, samples))
  }
  if (!json) return runTable(scenario, simulation, order)
  return asJson({ settings, totals, samples, changes: changes.map(changeOf) })
}

function searched(order: SearchOrder): string {
  const found = search(order)
  const [best] = found
  if (order.picture !== undefined && best) {
    const [title, ...facts] = headOf(best.scenario)
    writePicture(order.picture, pictureOf(title!, facts, best.simulation.samples))
  }
  if (!order.json) return searchTable(order, found)
  return asJson(
    found.map(({ scenario, wait, meetsGoal, simulation: { totals } }) => ({
      meetsGoal,
      wait,
      totals,
      settings: settingsOf(scenario),
    })),
  )
}

function article(order: ArticleOrder): string {
  const acts = articleActs(order.seed)
  if (order.picture !== undefined) {
    const last = acts.at(-1)!
    writePicture(
      order.picture,
      pictureOf("The article's second act", [last.name], last.simulation.samples),
    )
  }
  if (!order.json) return articleTable(acts)
  return asJson(
    acts.map(({ name, settings, simulation: { samples, totals } }: Act) => ({
      name,
      settings,
      totals,
      samples,
    })),
  )
}

function changeOf({
  at,
  decision: { current, replicas, because },
}: {
  at: number
  decision: { current: number; replicas: number; because: string }
}) {
  return { at, current, replicas, because }
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

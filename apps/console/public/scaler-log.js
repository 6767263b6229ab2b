/** @import { Decision, ScalerFacts } from '../src/console.api.js' */
import { find } from './elements.js'
import { count, counted, duration, timeOfDay } from './format.js'

const KEPT = 100

const section = find(document, '#scaler')
const list = find(section, '.decisions')
const empty = find(section, '.empty')
const every = find(section, 'input', HTMLInputElement)

/** @type {Decision[]} newest first */
let decisions = []
every.addEventListener('change', show)

/** @param {ScalerFacts} facts */
export function showFacts({ target, minReplicas, maxReplicas, syncPeriod }) {
  const facts = [
    ['aims at', `${count(target)} waiting a replica`],
    ['within', `${count(minReplicas)} to ${counted(maxReplicas, 'replica')}`],
    ['looks every', duration(syncPeriod)],
  ]
  find(section, '.facts').replaceChildren(
    ...facts.map(([name = '', value = '']) => {
      const group = document.createElement('div')
      group.append(text('dt', '', name), text('dd', '', value))
      return group
    }),
  )
}

/** @param {Decision[]} all oldest first, instead of those that were here */
export function replaceDecisions(all) {
  decisions = all.toReversed().slice(0, KEPT)
  show()
}

/** @param {Decision} decision */
export function addDecision(decision) {
  decisions = [decision, ...decisions].slice(0, KEPT)
  show()
}

function show() {
  empty.hidden = decisions.length > 0
  list.hidden = decisions.length === 0
  const runs = every.checked ? decisions.map((decision) => [decision]) : runsOf(decisions)
  list.replaceChildren(...runs.map(row))
}

/** Looks that changed nothing, one after the other, are one run; each change is a run of its own. @param {Decision[]} all */
function runsOf(all) {
  /** @type {Decision[][]} */
  const runs = []
  for (const decision of all) {
    const run = runs.at(-1)
    if (run?.[0] && !isChange(run[0]) && !isChange(decision)) run.push(decision)
    else runs.push([decision])
  }
  return runs
}

/** @param {Decision} decision */
const isChange = ({ current, replicas }) => current !== replicas

/** @param {Decision[]} run newest first */
function row(run) {
  const item = document.createElement('li')
  const newest = /** @type {Decision} */ (run[0])
  const oldest = /** @type {Decision} */ (run.at(-1))
  const { at, current, replicas, explanation } = newest
  const time = document.createElement('time')
  time.dateTime = at
  const until = timeOfDay(new Date(at))
  time.append(run.length > 1 ? `${timeOfDay(new Date(oldest.at))}–${until}` : until)
  const way = replicas > current ? 'up' : replicas < current ? 'down' : 'same'
  item.dataset['way'] = way
  const change =
    way === 'same'
      ? `${count(current)}, ${run.length > 1 ? `${count(run.length)} × ` : ''}no change`
      : `${count(current)} → ${count(replicas)}`
  item.append(time, text('strong', 'change', change), text('p', '', explanation))
  return item
}

/** @param {string} tag @param {string} className @param {string} content */
function text(tag, className, content) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(content)
  return element
}

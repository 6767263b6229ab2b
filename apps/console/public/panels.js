/** @import { Sample, ServiceName } from '../src/console.api.js' */
/** @import { Ink } from './palette.js' */
import { count, duration, rate } from './format.js'
import { neutral, neutralDashed, services, topics } from './palette.js'

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {Ink} ink
 * @property {(sample: Sample) => number | null} of null: unknown
 * @property {(sample: Sample) => number} [wanted] what `of` takes a while to become
 */

/**
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title with the unit
 * @property {string} hint
 * @property {string} [subject] what the lines are, where their names do not tell: the head of the table's first column
 * @property {(samples: readonly Sample[]) => Line[]} lines
 * @property {(value: number) => string} format
 * @property {(value: number) => string} [axis] shorter
 * @property {number} atLeast the vertical axis reaches this far, so that little does not look like much
 * @property {'line' | 'steps' | 'stack'} [shape]
 * @property {boolean} [hasWanted] whether its lines have a `wanted`
 * @property {boolean} [isWhole] whether there are no fractions of it
 * @property {string} [absent] what an unknown value means
 */

/** @param {Line[]} lines */
const always =
  (...lines) =>
  () =>
    lines

/** @type {Panel} */
const events = {
  id: 'events',
  title: 'Events per second',
  hint: 'Records in the saga’s four topics. A user makes four.',
  lines: always(
    { name: 'events', ink: neutral, of: (sample) => sample.eventsPerSecond },
    { name: 'users accepted', ink: neutralDashed, of: (sample) => sample.usersPerSecond },
  ),
  format: rate,
  atLeast: 4,
}

/** @type {Panel} */
const lag = {
  id: 'lag',
  title: 'Lag by topic',
  hint: 'Records that their group has not committed.',
  subject: 'topic',
  lines: (samples) => topicsIn(samples).map(lineOfTopic),
  format: count,
  atLeast: 10,
}

/** @type {Panel} */
const replicas = {
  id: 'replicas',
  title: 'Replicas',
  hint: 'One on the other, as in the table. Filled: ready; dashed: wanted.',
  subject: 'service',
  lines: always(
    ...Object.entries(services).map(([name, ink]) => {
      const service = /** @type {ServiceName} */ (name)
      return {
        name,
        ink,
        of: (/** @type {Sample} */ sample) => sample.replicas[service].ready,
        wanted: (/** @type {Sample} */ sample) => sample.replicas[service].wanted,
      }
    }),
  ),
  format: count,
  atLeast: 4,
  shape: 'stack',
  hasWanted: true,
  isWhole: true,
}

/** @type {Panel} */
const nodes = {
  id: 'nodes',
  title: 'Nodes',
  hint: 'That such replicas would need in a cluster, by their requests.',
  lines: always({ name: 'nodes', ink: neutral, of: (sample) => sample.nodes }),
  format: count,
  atLeast: 2,
  shape: 'steps',
  isWhole: true,
}

/** @type {Panel} */
const latency = {
  id: 'latency',
  title: 'Latency',
  hint: 'From accepted to finished, of those that finished in that second.',
  subject: 'percentile',
  lines: always(
    { name: 'p50', ink: neutral, of: (sample) => sample.latency?.p50 ?? null },
    { name: 'p99', ink: neutralDashed, of: (sample) => sample.latency?.p99 ?? null },
  ),
  format: duration,
  axis: (value) => (value === 0 ? '0' : duration(value)),
  atLeast: 0.5,
  absent: 'none finished',
}

/** @type {Panel} */
const pending = {
  id: 'pending',
  title: 'Operations under way',
  hint: 'Accepted, and not finished yet.',
  lines: always(
    { name: 'pending', ink: neutral, of: (sample) => sample.books?.pending ?? null },
    {
      name: 'not yet published',
      ink: neutralDashed,
      of: (sample) => sample.books?.unpublished ?? null,
    },
  ),
  format: count,
  atLeast: 10,
}

/** @type {Panel} */
const deadLetters = {
  id: 'dead-letters',
  title: 'Dead letters',
  hint: 'Records in all dead-letter topics.',
  lines: always({
    name: 'dead letters',
    ink: { colour: '--bad' },
    of: (sample) => sample.deadLetters,
  }),
  format: count,
  atLeast: 4,
  shape: 'steps',
  isWhole: true,
}

export const trafficPanels = [events, lag, replicas, nodes]
export const sagaPanels = [latency, pending, deadLetters]

/** The saga's topics, then what else there is. @param {readonly Sample[]} samples */
function topicsIn(samples) {
  const others = samples.flatMap((sample) => Object.keys(sample.lag ?? {}))
  return [...new Set([...Object.keys(topics), ...others])]
}

/** @param {string} topic @returns {Line} */
function lineOfTopic(topic) {
  return {
    name: topic,
    ink: topics[topic] ?? neutral,
    of: (sample) => sample.lag?.[topic] ?? null,
  }
}

import type { HpaDecision } from './hpa/decide.js'
import type { ScalingPolicy } from './hpa/hpa.settings.js'
import type { Limited, Stabilized } from './hpa/limits.js'
import type { Proposal } from './hpa/metric-replicas.js'
import type { KafkaLag } from './keda/kafka-lag.js'
import type { ActivityDecision } from './keda/scaled-object.js'

/**
 * Why there are so many replicas, in sentences with the numbers.
 *
 * @param decision of the HPA, or of KEDA between none and some
 * @param lag what the metric came from, where KEDA's scaler made it
 */
export function explain(decision: HpaDecision | ActivityDecision, lag?: KafkaLag): string {
  const sentences = 'settings' in decision ? ofHpa(decision) : [ofActivity(decision)]
  return [...(lag ? [ofLag(lag)] : []), ...sentences, outcome(decision)].join(' ')
}

function outcome({ current, replicas }: { current: number; replicas: number }): string {
  return current === replicas
    ? `It stays at ${pods(current)}.`
    : `From ${number(current)} to ${pods(replicas)}.`
}

function ofLag({ trigger, counted, metric, partitions, partitionsWithLag }: KafkaLag): string {
  const where = `${number(counted)} waiting in ${number(partitionsWithLag)} of ${number(partitions)} partitions`
  if (metric === counted) return `${where}.`
  if (trigger.ensureEvenDistributionOfPartitions) {
    return `${where}; told as ${number(metric)}, so that the replicas divide the partitions evenly.`
  }
  const bound = trigger.limitToPartitionsWithLag ? 'partitions with lag' : 'partitions'
  return `${where}; told as ${number(metric)}, because more replicas than ${bound} would be idle.`
}

function ofHpa(decision: HpaDecision): string[] {
  const { because, current, settings, proposals, decisive, stabilized, limited } = decision
  const { minReplicas, maxReplicas } = settings
  if (because === 'scaling-disabled') {
    return [
      `There are none, and minReplicas is ${minReplicas}: the HPA is off until somebody starts one.`,
    ]
  }
  if (because === 'above-maximum')
    return [`There are more than maxReplicas, ${number(maxReplicas)}.`]
  if (because === 'below-minimum')
    return [`There are fewer than minReplicas, ${number(minReplicas)}.`]
  const metrics = proposals.map(ofProposal)
  if (decisive?.replicas === undefined) {
    const valid = proposals.some(({ replicas }) => replicas !== undefined)
    const why = valid
      ? 'While a metric cannot be had, nothing is scaled down.'
      : 'Without a valid metric nothing is scaled.'
    return [...metrics, why]
  }
  const several = proposals.length > 1 ? [`${decisive.metric.name} asks for the most.`] : []
  return [
    ...metrics,
    ...several,
    ...(stabilized ? ofStabilized(stabilized) : []),
    ...(limited ? ofLimited(limited, current, decision) : []),
  ]
}

function ofProposal(proposal: Proposal): string {
  const { metric, value, ratio, multiplied, replicas, isWithinTolerance } = proposal
  const { name, target, type } = metric
  if (value === undefined || ratio === undefined || replicas === undefined) {
    return `${name} cannot be had.`
  }
  const { scaleDown, scaleUp } = proposal.tolerances
  const range = `${decimal(1 - scaleDown)} to ${decimal(1 + scaleUp)}`
  const share = Number.isFinite(ratio) ? `, ${decimal(ratio)} times what the target allows` : ''
  const against =
    type === 'Value' ? `against ${number(target)} in all` : `against ${number(target)} a replica`
  const head = `${name} is ${number(value)} ${against}${share}`
  if (isWithinTolerance)
    return `${head}: within the tolerance of ${range}, so nothing is asked for.`
  const sum =
    multiplied === undefined
      ? `${number(value)} / ${number(target)}`
      : `${decimal(ratio)} × ${pods(multiplied)} ${type === 'Value' ? 'that are ready' : ''}`.trim()
  return `${head}: ${sum} asks for ${number(replicas)}.`
}

function ofStabilized({ replicas, by }: Stabilized): string[] {
  if (!by) return []
  const seconds = `${number(by.windowSeconds)} s`
  return by.direction === 'down'
    ? [`As many as ${number(replicas)} were asked for in the last ${seconds}, so no fewer for now.`]
    : [`As few as ${number(replicas)} were asked for in the last ${seconds}, so no more for now.`]
}

function ofLimited(
  { reason, replicas, limit, policy }: Limited,
  current: number,
  { settings }: HpaDecision,
): string[] {
  if (reason === 'TooManyReplicas') return [`maxReplicas is ${number(settings.maxReplicas)}.`]
  if (reason === 'TooFewReplicas') return [`minReplicas is ${number(settings.minReplicas)}.`]
  if (reason === 'DesiredWithinRange' || limit === undefined) return []
  const more = replicas > current || reason === 'ScaleUpLimit'
  if (policy) return [`${ofPolicy(policy, more)} allows ${number(limit)} for now.`]
  return settings.behavior === undefined
    ? [`At once it may only double, or reach four: ${number(limit)}.`]
    : [`Scaling ${more ? 'up' : 'down'} is disabled.`]
}

function ofPolicy({ type, value, periodSeconds }: ScalingPolicy, more: boolean): string {
  const change = type === 'Pods' ? pods(value) : `${number(value)} %`
  return `The policy of ${change} ${more ? 'more' : 'fewer'} in ${number(periodSeconds)} s`
}

function ofActivity({ because, object, at, lastActiveAt }: ActivityDecision): string {
  const since = lastActiveAt === undefined ? 'never' : `${number(at - lastActiveAt)} s ago`
  const sentences: Record<ActivityDecision['because'], string> = {
    activated: 'The trigger is active, so KEDA starts what the HPA then takes over.',
    active: 'The trigger is active: the rest is up to the HPA.',
    fallback: 'The scaler fails, so KEDA falls back on what was given for that.',
    'cooled-down': `It was last active ${since}, longer than the cooldown of ${number(object.cooldownPeriod)} s.`,
    'cooling-down': `It was last active ${since}: the cooldown of ${number(object.cooldownPeriod)} s is not over.`,
    'below-minimum': `There are fewer than minReplicaCount, ${number(object.minReplicaCount)}.`,
    'nothing-to-do': 'The trigger is not active, and nothing is left to stop.',
  }
  return sentences[because]
}

function pods(count: number): string {
  return `${number(count)} ${count === 1 ? 'replica' : 'replicas'}`
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

function decimal(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

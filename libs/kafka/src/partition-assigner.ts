import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'

const NAME = 'tideway-by-subscription'
const VERSION = 1

/**
 * Deals the partitions of each topic out to the members that subscribe to it, as evenly as can be. kafkajs' own
 * assigner deals every topic to every member (tulios/kafkajs#1679), so that while a new version with one more topic is
 * rolled out, the old replicas would be given partitions that they never read.
 */
export const assignBySubscription: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,

  async assign({ members, topics }) {
    const subscribed = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
    }))
    const partitions = new Map(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    )
    return deal(subscribed, partitions).map(({ memberId, assignment }) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: Buffer.alloc(0),
      }),
    }))
  },

  protocol({ topics }) {
    return {
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.alloc(0),
      }),
    }
  },
})

/**
 * Gives each partition to the subscriber that has the fewest so far; the same members and topics make the same deal.
 */
export function deal(
  members: { memberId: string; topics: readonly string[] }[],
  partitions: ReadonlyMap<string, readonly number[]>,
): { memberId: string; assignment: Record<string, number[]> }[] {
  const hands = members
    .toSorted((a, b) => a.memberId.localeCompare(b.memberId))
    .map(({ memberId, topics }) => ({
      memberId,
      topics,
      size: 0,
      assignment: {} as Record<string, number[]>,
    }))
  for (const [topic, ids] of partitions) {
    const subscribers = hands.filter((hand) => hand.topics.includes(topic))
    for (const id of ids.toSorted((a, b) => a - b)) {
      const next = subscribers.reduce(
        (least, hand) => (hand.size < least.size ? hand : least),
        subscribers[0]!,
      )
      if (!next) continue
      ;(next.assignment[topic] ??= []).push(id)
      next.size += 1
    }
  }
  return hands.map(({ memberId, assignment }) => ({ memberId, assignment }))
}

import { AssignerProtocol, type Assignment, type PartitionAssigner } from 'kafkajs'

const name = 'tideway-sole-reader'
const version = 1
const userData = Buffer.alloc(0)

/**
 * Gives these partitions, and no others, to one member of the group. A second member gets nothing, which tells it that
 * it came second.
 */
export function soleReader(partitions: Assignment): PartitionAssigner {
  return () => ({
    name,
    version,
    assign: async ({ members }) =>
      members
        .map(({ memberId }) => memberId)
        .toSorted()
        .map((memberId, index) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version,
            assignment: index === 0 ? partitions : {},
            userData,
          }),
        })),
    protocol: ({ topics }) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }),
    }),
  })
}

import { type Broker, type Cluster, type GroupDescription } from 'kafkajs'

/** kafkajs has it and does not declare it. */
interface Coordinator extends Broker {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
}

/**
 * Members that are gone and did not leave: the group would wait for each of them until its session timeout, as soon as
 * anybody joins.
 */
export class FormerMembers {
  private readonly ids = new Set<string>()
  private lookedForPredecessor = false

  /**
   * @param clientId this replica's alone: a member that has it when this process starts is what the process before it
   * left behind
   */
  constructor(
    private readonly groupId: string,
    private readonly clientId: string,
  ) {}

  /** A member of this process that will not be heard of any more. */
  add(memberId: string): void {
    this.ids.add(memberId)
  }

  /** Has them leave. @throws what kafkajs throws when the broker does not answer */
  async leave(cluster: Cluster): Promise<void> {
    const { groupId } = this
    const coordinator = (await cluster.findGroupCoordinator({ groupId })) as Coordinator
    if (!this.lookedForPredecessor) {
      for (const id of await this.predecessors(coordinator)) this.add(id)
      // Once: should two replicas have one client id after all, they would throw each other out for ever.
      this.lookedForPredecessor = true
    }
    for (const memberId of this.ids) {
      try {
        await coordinator.leaveGroup({ groupId, memberId })
      } catch (error) {
        if (!isUnknownMember(error)) throw error
      }
      this.ids.delete(memberId)
    }
  }

  private async predecessors(coordinator: Coordinator): Promise<string[]> {
    const described = (await coordinator.describeGroups({ groupIds: [this.groupId] })) as {
      groups: GroupDescription[]
    }
    return described.groups.flatMap(({ members }) =>
      members.filter(({ clientId }) => clientId === this.clientId).map(({ memberId }) => memberId),
    )
  }
}

/** The broker has noticed by itself. */
function isUnknownMember(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID'
}

import { type MessageOf, type TopicName } from '#contracts'
import { BrokerUnavailable, type Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

/** Keeps what is published. */
export class FakePublisher implements Pick<Publisher, 'publish'> {
  /** While true, nothing is taken, as by a broker that is away. */
  isAway = false
  private readonly messages: {
    topic: TopicName
    message: { operationId: string }
    trace: TraceContext | undefined
  }[] = []

  async publish<Topic extends TopicName>(
    topic: Topic,
    messages: readonly MessageOf<Topic>[],
    traces: readonly (TraceContext | undefined)[] = [],
  ): Promise<void> {
    if (messages.length > 0 && this.isAway) throw new BrokerUnavailable(topic, new Error('away'))
    for (const [index, message] of messages.entries()) {
      this.messages.push({ topic, message, trace: traces[index] })
    }
  }

  /** What was published to a topic; of one operation, if said. */
  published<Topic extends TopicName>(topic: Topic, operationId?: string): MessageOf<Topic>[] {
    return this.messages
      .filter((each) => each.topic === topic)
      .map(({ message }) => message as MessageOf<Topic>)
      .filter((message) => operationId === undefined || message.operationId === operationId)
  }

  /** What each message of an operation was published with, in order: nothing for its own trace. */
  traces(topic: TopicName, operationId: string): (TraceContext | undefined)[] {
    return this.messages
      .filter((each) => each.topic === topic && each.message.operationId === operationId)
      .map(({ trace }) => trace)
  }
}

import { type MessageOf, type TopicName } from '#contracts'
import { BrokerUnavailable, type Publisher } from '#kafka'

/** Keeps what is published. */
export class FakePublisher implements Pick<Publisher, 'publish'> {
  /** While true, nothing is taken, as by a broker that is away. */
  isAway = false
  private readonly messages: { topic: TopicName; message: { operationId: string } }[] = []

  async publish<Topic extends TopicName>(
    topic: Topic,
    messages: readonly MessageOf<Topic>[],
  ): Promise<void> {
    if (messages.length > 0 && this.isAway) throw new BrokerUnavailable(topic, new Error('away'))
    for (const message of messages) this.messages.push({ topic, message })
  }

  /** What was published to a topic; of one operation, if said. */
  published<Topic extends TopicName>(topic: Topic, operationId?: string): MessageOf<Topic>[] {
    return this.messages
      .filter((each) => each.topic === topic)
      .map(({ message }) => message as MessageOf<Topic>)
      .filter((message) => operationId === undefined || message.operationId === operationId)
  }
}

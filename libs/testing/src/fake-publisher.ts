import { type MessageIn, type NameOf, type TopicMap, type Topics } from '#contracts'
import { BrokerUnavailable, type Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

/** Keeps what is published. */
export class FakePublisher<All extends TopicMap = Topics> implements Pick<
  Publisher<All>,
  'publish'
> {
  /** While true, nothing is taken, as by a broker that is away. */
  isAway = false
  private readonly messages: {
    topic: string
    message: { operationId: string }
    trace: TraceContext | undefined
  }[] = []

  async publish<Topic extends NameOf<All>>(
    topic: Topic,
    messages: readonly MessageIn<All, Topic>[],
    traces: readonly (TraceContext | undefined)[] = [],
  ): Promise<void> {
    if (messages.length > 0 && this.isAway) throw new BrokerUnavailable(topic, new Error('away'))
    for (const [index, message] of messages.entries()) {
      this.messages.push({ topic, message, trace: traces[index] })
    }
  }

  /** What was published to a topic; of one operation, if said. */
  published<Topic extends NameOf<All>>(
    topic: Topic,
    operationId?: string,
  ): MessageIn<All, Topic>[] {
    return this.messages
      .filter((each) => each.topic === topic)
      .map(({ message }) => message as MessageIn<All, Topic>)
      .filter((message) => operationId === undefined || message.operationId === operationId)
  }

  /** What each message of an operation was published with, in order: nothing for its own trace. */
  traces(topic: NameOf<All>, operationId: string): (TraceContext | undefined)[] {
    return this.messages
      .filter((each) => each.topic === topic && each.message.operationId === operationId)
      .map(({ trace }) => trace)
  }
}

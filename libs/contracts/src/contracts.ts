import { type Static, type TSchema } from 'typebox'

import { type TopicContract } from './topic.js'

/** Topics by their names. */
export type TopicMap = Readonly<Record<string, TopicContract<string, TSchema>>>

/** What services agree on: their topics, and which service handles which of them. */
export interface Contracts {
  readonly topics: TopicMap
  readonly subscriptions: Readonly<Record<string, readonly string[]>>
}

export type NameOf<Topics extends TopicMap> = keyof Topics & string
/** What the messages of a topic look like. */
export type MessageIn<Topics extends TopicMap, Topic extends NameOf<Topics>> = Static<
  Topics[Topic]['schema']
>
export type ServiceOf<All extends Contracts> = keyof All['subscriptions'] & string

/** The settings that say with how many partitions topics are created. */
export type PartitionSettings<Topics extends TopicMap> = Readonly<
  Record<Topics[NameOf<Topics>]['partitions'], number>
>

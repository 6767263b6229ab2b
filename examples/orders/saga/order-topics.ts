import { onTopicOf, Publisher } from '#kafka'

import { type Topics } from '../contracts/contracts.js'

/** The library's decorator for the topics of orders: another topic, or the messages of another one, do not compile. */
export const OnTopic = onTopicOf<Topics>()

/** The library's publisher, likewise. To be injected as `Publisher`. */
export type OrderPublisher = Publisher<Topics>

import { ServiceError } from '#service-defaults'

/** The broker did not take a message; it may be sent again. */
export class BrokerUnavailable extends ServiceError {
  constructor(topic: string, cause: unknown) {
    super('broker-unavailable', {
      message: `Kafka did not take messages for ${topic}: ${text(cause)}`,
      cause,
    })
  }
}

/** The broker refused a message for good, for its size for example. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused'

  constructor(topic: string, cause: unknown) {
    super(`Kafka refused a message for ${topic}: ${text(cause)}`, { cause })
  }
}

/** A topic that exists is not as the settings say. Nothing but a person's decision mends it. */
export class TopicMismatch extends Error {
  override readonly name = 'TopicMismatch'
}

/** Whether trying again can help: the error says so itself. */
export function canRetry(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'canRetry' in error && error.canRetry === true
  )
}

/** An error's message, for logs and headers. */
export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import { operationTraceparent, TRACEPARENT_PATTERN } from './operation-trace.js'
import { SCHEMA_VERSION } from './topic.js'
import { deadLetterTopic, subscriptions, topics, type TopicName } from './topics.js'

/** Which service publishes a topic. */
const PUBLISHERS = {
  'user-create': 'operation-service',
  'user-approve': 'user-service',
  'user-approve-response': 'user-approval-service',
  'user-create-response': 'user-service',
  'user-erase': 'user-service',
} as const satisfies Record<TopicName, keyof typeof subscriptions>

const names = Object.keys(topics) as TopicName[]

function subscribersOf(topic: TopicName): string[] {
  return Object.entries(subscriptions)
    .filter(([, handled]) => (handled as readonly TopicName[]).includes(topic))
    .map(([service]) => service)
}

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The topics as an AsyncAPI 3 document; `docs/asyncapi.yaml` is made of it. */
export function asyncApiDocument(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tideway',
      version: String(SCHEMA_VERSION),
      description:
        'The topics of the user-creation saga and of erasure. Additive changes keep the schema version; a consumer that meets a higher one stops that partition and waits to be upgraded.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      names.map((name) => [
        camel(name),
        {
          address: name,
          description: `${topics[name].summary} Dead letters: ${deadLetterTopic(name)}. Partitions: ${topics[name].partitions}.`,
          messages: { [camel(name)]: { $ref: `#/components/messages/${camel(name)}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      names.flatMap((name) => [
        operation(PUBLISHERS[name], 'send', name),
        ...subscribersOf(name).map((service) => operation(service, 'receive', name)),
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        names.map((name) => [
          camel(name),
          {
            name,
            summary: topics[name].summary,
            contentType: 'application/json',
            headers: { $ref: '#/components/schemas/headers' },
            payload: topics[name].schema,
            bindings: {
              kafka: {
                key: { type: 'string', description: "The operation's id" },
              },
            },
            examples: [{ name: 'recorded', payload: topics[name].fixture }],
          },
        ]),
      ),
      schemas: {
        headers: {
          type: 'object',
          required: ['message-id', 'schema-version', 'traceparent'],
          properties: {
            'message-id': {
              type: 'string',
              description: '<operation id>:<topic>, the same for a message that is published again',
            },
            'schema-version': { type: 'string', const: String(SCHEMA_VERSION) },
            traceparent: {
              type: 'string',
              pattern: TRACEPARENT_PATTERN,
              description:
                "W3C Trace Context: the trace of the client's request; where that has none, one made of the operation's id (the trace-id is the id without its dashes, the parent-id its last 16 digits). A message without it, made by hand for example, is handled as if it had the latter",
              examples: [operationTraceparent(topics['user-create'].fixture.operationId)],
            },
            tracestate: {
              type: 'string',
              maxLength: 512,
              description:
                "W3C Trace Context: what came with the client's `traceparent`, if anything did",
            },
          },
        },
      },
    },
  }
}

function operation(service: string, action: 'send' | 'receive', name: TopicName): [string, object] {
  return [
    `${camel(service)}.${action}.${camel(name)}`,
    {
      action,
      title: `${service} ${action === 'send' ? 'publishes' : 'handles'} ${name}`,
      channel: { $ref: `#/channels/${camel(name)}` },
      messages: [{ $ref: `#/channels/${camel(name)}/messages/${camel(name)}` }],
    },
  ]
}

import type { Footprint } from './options.ts'

/** Any will do; the storage is formatted with it and has to keep it. */
export const clusterId = 'TidewayLocalCluster_00'

/** The memory of the broker's Java. */
export const javaMemory: Record<Footprint, string[]> = {
  normal: ['-Xms256m', '-Xmx1g', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
  small: ['-Xms96m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
}

export interface KafkaAddresses {
  /** Where the broker listens to clients, `host:port`. */
  listen: string
  /** Where clients are told to find it. */
  advertised: string
  /** Where it finds itself: in a container not where the clients outside do. */
  internal: string
  controller: string
  /** Further ways in, each with an address of its own that clients are told. */
  entrances: readonly { listen: string; advertised: string }[]
}

/** The content of server.properties for one process that is broker and controller. */
export function serverProperties(addresses: KafkaAddresses, dataDirectory: string): string {
  const { listen, advertised, internal, controller } = addresses
  const entrances = addresses.entrances.map((one, index) => ({ name: `ENTRANCE${index}`, ...one }))
  const clients = [{ name: 'CLIENTS', listen, advertised }, ...entrances]
  const names = [...clients.map(({ name }) => name), 'INTERNAL', 'CONTROLLER']
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    listeners: [
      ...clients.map((one) => `${one.name}://${one.listen}`),
      `INTERNAL://${internal}`,
      `CONTROLLER://${controller}`,
    ].join(','),
    'advertised.listeners': [
      ...clients.map((one) => `${one.name}://${one.advertised}`),
      `INTERNAL://${internal}`,
    ].join(','),
    'listener.security.protocol.map': names.map((name) => `${name}:PLAINTEXT`).join(','),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    // There is no second broker to replicate to.
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

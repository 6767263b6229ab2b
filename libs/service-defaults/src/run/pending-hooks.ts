import type { INestApplication } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const

type Step = (...args: unknown[]) => unknown

/**
 * Watches the steps of a shutdown that is about to begin: every shutdown hook, the HTTP server and
 * the microservices.
 *
 * @returns a function that names the steps which have begun and not ended, `Class.hook`
 */
export function watchShutdown(app: INestApplication): () => string[] {
  const pending = new Set<string>()
  for (const instance of instancesOf(app)) {
    for (const hook of HOOKS) track(instance, hook, `${nameOf(instance)}.${hook}`, pending)
  }
  track(app.getHttpAdapter(), 'close', 'closing the HTTP server', pending)
  app.getMicroservices().forEach((microservice, index) => {
    track(microservice, 'close', `closing microservice ${index + 1}`, pending)
  })
  return () => [...pending]
}

function instancesOf(app: INestApplication): Set<object> {
  const modules = [...app.get(ModulesContainer).values()]
  const wrappers = modules.flatMap((module) => [
    ...module.providers.values(),
    ...module.controllers.values(),
    ...module.injectables.values(),
  ])
  const instances = wrappers.map((wrapper): unknown => wrapper.instance)
  return new Set(
    instances.filter(
      (instance): instance is object => typeof instance === 'object' && instance !== null,
    ),
  )
}

/** A provider's value may be an object without a class. */
function nameOf(instance: object): string {
  return typeof instance.constructor === 'function' ? instance.constructor.name : 'a provider'
}

function track(target: object, method: string, label: string, pending: Set<string>): void {
  const original: unknown = Reflect.get(target, method)
  if (typeof original !== 'function') return
  const tracked: Step = async (...args) => {
    pending.add(label)
    try {
      return await Reflect.apply(original, target, args)
    } finally {
      pending.delete(label)
    }
  }
  Reflect.defineProperty(target, method, { value: tracked, configurable: true, writable: true })
}

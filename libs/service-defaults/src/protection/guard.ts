import type { FastifyInstance } from 'fastify'
import { Authentication } from './authentication.js'
import { isOpen } from './open-routes.js'
import type { ProtectionSettings } from './protection.settings.js'
import { prepareRateLimit, rateLimitOf } from './rate-limit.js'

/**
 * Lets a request begin, its body unread, when its client is known and has not come too often; as far as
 * the settings ask for that. All routes are guarded but those that are everybody's.
 *
 * Must be called before the server starts. What the server itself refuses comes before it.
 */
export function guard(instance: FastifyInstance, settings: ProtectionSettings): void {
  const { RATE_LIMIT_PER_MINUTE: perMinute = 0 } = settings
  const authentication = Authentication.of(settings)
  if (perMinute === 0 && authentication === undefined) return
  instance.decorateRequest('client')
  if (perMinute > 0) prepareRateLimit(instance, perMinute)
  instance.after(() => {
    const limit = perMinute > 0 ? rateLimitOf(instance) : undefined
    instance.addHook('onRequest', async (request, reply) => {
      if (isOpen(request.routeOptions.url ?? '')) return
      try {
        if (authentication) request.client = await authentication.clientOf(request.headers)
      } finally {
        // Who is refused is counted too, by address.
        await limit?.(request, reply)
      }
    })
  })
}

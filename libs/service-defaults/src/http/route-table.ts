import { HttpStatus } from '@nestjs/common'
import type { RouteOptions } from 'fastify'
import { ProblemException } from '../problem/problem.exception.js'

interface Route {
  methods: string[]
  segments: string[]
}

/** The routes of a server, for the answers Fastify gives without one: 404, 405 and a broken path. */
export class RouteTable {
  private readonly routes: Route[] = []

  /** Fastify's `onRoute` hook. */
  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    // The plugin's that answers preflights, for whatever address.
    if (url === '*') return
    this.routes.push({ methods: [method].flat(), segments: url.split('/') })
  }

  /** 405 with `Allow` when the path exists for other methods, else 404. */
  unknown(url: string): ProblemException {
    const methods = new Set(this.matching(url).flatMap((route) => route.methods))
    if (methods.size === 0) {
      return new ProblemException({
        status: HttpStatus.NOT_FOUND,
        detail: 'There is nothing at this address.',
      })
    }
    const allowed = [...methods].toSorted().join(', ')
    return new ProblemException(
      { status: HttpStatus.METHOD_NOT_ALLOWED, detail: `Allowed here: ${allowed}.` },
      { Allow: allowed },
    )
  }

  /** 400 for a path whose percent-encoding is broken; names the parameter it stands in. */
  undecodable(url: string): ProblemException {
    const given = pathOf(url)
    const names = this.matching(url).flatMap(({ segments }) =>
      segments
        .filter((segment, index) => segment.startsWith(':') && !isDecodable(given[index] ?? ''))
        .map((segment) => segment.slice(1)),
    )
    const pointers = names.length === 0 ? [''] : [...new Set(names)].map((name) => `/${name}`)
    return ProblemException.invalid(
      pointers.map((pointer) => ({ pointer, detail: 'has a broken percent-encoding in the path' })),
    )
  }

  private matching(url: string): Route[] {
    const given = pathOf(url)
    return this.routes.filter(({ segments }) => matches(segments, given))
  }
}

function pathOf(url: string): string[] {
  return (url.split('?', 1)[0] ?? '').split('/')
}

function matches(segments: string[], given: string[]): boolean {
  const isOpen = segments.at(-1) === '*'
  const fixed = isOpen ? segments.slice(0, -1) : segments
  if (isOpen ? given.length < segments.length : given.length !== segments.length) return false
  return fixed.every((segment, index) => segment.startsWith(':') || segment === given[index])
}

function isDecodable(segment: string): boolean {
  try {
    decodeURIComponent(segment)
    return true
  } catch {
    return false
  }
}

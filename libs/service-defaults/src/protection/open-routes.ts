const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

const DOCUMENTATION = /^\/docs(?:$|[/?])/

/** Whether a path, or a route, is part of the documentation. */
export function isDocumentation(path: string): boolean {
  return DOCUMENTATION.test(path)
}

/** Whether a route is everybody's, as often as they like: what Kubernetes and Prometheus ask, and the documentation. */
export function isOpen(route: string): boolean {
  return PROBES.has(route) || isDocumentation(route)
}

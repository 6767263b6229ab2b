/** A part of a VirtualService that decides about requests. */
export interface HttpRoute {
  name: string
  match: RequestMatch[]
  route: { destination: { host: string; port: { number: number } } }[]
  /** None: for as long as it takes. */
  timeout?: string
  retries: { attempts: number; retryOn?: string }
}

interface RequestMatch {
  method?: TextMatch
  uri?: TextMatch
  headers?: Record<string, TextMatch>
}

type TextMatch = { exact: string } | { prefix: string } | { regex: string }

export interface HttpRequest {
  method: string
  path: string
  headers?: Record<string, string>
}

/** What the gateway does with a request: the first route with a match of which everything holds, as Istio has it. */
export function routeOf(routes: HttpRoute[], request: HttpRequest): HttpRoute | undefined {
  return routes.find(({ match }) => match.some((each) => matches(each, request)))
}

function matches({ method, uri, headers = {} }: RequestMatch, request: HttpRequest): boolean {
  return (
    says(method, request.method) &&
    says(uri, request.path) &&
    Object.entries(headers).every(([name, value]) => says(value, request.headers?.[name]))
  )
}

function says(match: TextMatch | undefined, text: string | undefined): boolean {
  if (match === undefined) return true
  if (text === undefined) return false
  if ('exact' in match) return text === match.exact
  if ('prefix' in match) return text.startsWith(match.prefix)
  // Envoy's regular expressions match the whole of it.
  return new RegExp(`^(?:${match.regex})$`).test(text)
}

/** A part of an AuthorizationPolicy. */
export interface Rule {
  from: { source: { principals?: string[]; notRequestPrincipals?: string[] } }[]
  to: {
    operation: { methods?: string[]; notMethods?: string[]; paths?: string[]; ports?: string[] }
  }[]
}

/** Whether a rule says something of a request by that principal; a `*` at the end stands for anything. */
export function covers(
  { from, to }: Rule,
  principal: string,
  { method, path }: HttpRequest,
): boolean {
  const isFrom = from.some(({ source }) => source.principals?.includes(principal) ?? true)
  const isTo = to.some(({ operation: { methods, notMethods, paths } }) => {
    const isMethod = methods?.includes(method) ?? !notMethods?.includes(method)
    return isMethod && (paths?.some((pattern) => fits(pattern, path)) ?? true)
  })
  return isFrom && isTo
}

function fits(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}

import { isDocumentation } from './open-routes.js'

type Headers = Readonly<Record<string, string>>

/** Of answers for programs: nothing of them is run, shown in a frame, read by another site's page or kept. */
export const DATA_HEADERS: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/**
 * Of a page for browsers, whose scripts are files of the same origin: all that helmet sets, but for HSTS, which is for who
 * ends the TLS to say.
 *
 * @param styles the directives that say where its styles may come from
 */
export function pageHeaders(styles: readonly string[]): Headers {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    ...styles,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  }
}

/** Of the documentation: Swagger UI writes its styles into the page. */
export const PAGE_HEADERS: Headers = pageHeaders(["style-src 'self' 'unsafe-inline'"])

/** The headers of every answer to this address. They are the same each time, so nothing is made for an answer. */
export function securityHeaders(url: string): Headers {
  return isDocumentation(url) ? PAGE_HEADERS : DATA_HEADERS
}

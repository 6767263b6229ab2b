import { isDocumentation } from './open-routes.js'

type Headers = Readonly<Record<string, string>>

/** Of answers for programs: nothing of them is run, shown in a frame, read by another site's page or kept. */
export const DATA_HEADERS: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** What Swagger UI needs: its own files, the styles that it writes into the page, pictures in them, and this API. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

/** Of the documentation, for browsers: all that helmet sets, but for HSTS, which is for who ends the TLS to say. */
export const PAGE_HEADERS: Headers = {
  'content-security-policy': PAGE_POLICY.join('; '),
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

/** The headers of every answer to this address. They are the same each time, so nothing is made for an answer. */
export function securityHeaders(url: string): Headers {
  return isDocumentation(url) ? PAGE_HEADERS : DATA_HEADERS
}

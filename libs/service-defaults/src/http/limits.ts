/** The largest body a request may have, in bytes. */
export const BODY_LIMIT_BYTES = 16 * 1024

/** How long the parts of an HTTP exchange may take, in milliseconds. */
export interface HttpTimeouts {
  /** From the connection, or the end of the request before, to the end of the headers. */
  headers: number
  /** To the end of the whole request, body included. */
  request: number
  /** How often the two above are looked at. */
  check: number
  /** How long answers may take once the server closes; then their connections are cut. */
  closing: number
}

/** A client that dribbles its request is not waited for; a slow answer is the handler's business. */
export const HTTP_TIMEOUTS: HttpTimeouts = {
  headers: 5_000,
  request: 10_000,
  check: 1_000,
  closing: 10_000,
}

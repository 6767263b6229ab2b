/** The largest body a request may have, in bytes. */
export const BODY_LIMIT_BYTES = 16 * 1024

/** Objects and lists inside one another, below the outermost; recursive code must not run out of stack. */
export const BODY_DEPTH_LIMIT = 16

/** The first line and the headers of a request together, at most, in bytes. */
export const HEADER_LIMIT_BYTES = 16 * 1024

/**
 * Requests of one connection that wait for their answers, at most. Node begins whatever arrives, so
 * a single client that sends without reading would fill the memory.
 */
export const PIPELINE_LIMIT = 16

/** How long the parts of an HTTP exchange may take, in milliseconds. */
export interface HttpTimeouts {
  /** From the connection, or the end of the request before, to the end of the headers. */
  headers: number
  /** To the end of the whole request, body included. */
  request: number
  /** How often the two above are looked at. */
  check: number
  /** How long a client may take nothing of an answer that is ready. */
  unread: number
  /** How long a connection may be idle after an answer. */
  keepAlive: number
  /** How long clients are still answered before the server closes, each for the last time on its connection. */
  draining: number
  /** How long answers may take once the server closes; then their connections are cut. */
  closing: number
}

/** A client that dribbles its request is not waited for; a slow answer is the handler's business. */
export const HTTP_TIMEOUTS: HttpTimeouts = {
  headers: 5_000,
  request: 10_000,
  check: 1_000,
  unread: 30_000,
  // Longer than that of load balancers, usually 60 s: they would send into a connection that closes.
  keepAlive: 72_000,
  draining: 1_000,
  closing: 10_000,
}

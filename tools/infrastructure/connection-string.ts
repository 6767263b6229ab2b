/** Straight to the one node: the name it has in its replica set may be one that only it knows. */
export function uriOf(port: number): string {
  return `mongodb://127.0.0.1:${port}/?directConnection=true`
}

/** A connection string as it may be shown. */
export function withoutPassword(uri: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^:@/]*):[^@/]*@/, '$1:***@')
}

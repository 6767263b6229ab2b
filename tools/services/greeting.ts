/** Where what runs is found. */
export interface Addresses {
  /** Of operation-service; undefined when no replica of it runs. */
  apiPort: number | undefined
  consolePort: number
  broker: string
  database: string
}

/** What is said once everything is ready. Scripts read these lines. */
export function readyLines({ apiPort, consolePort, broker, database }: Addresses): string[] {
  const api = `http://localhost:${apiPort}`
  const has = apiPort !== undefined
  return [
    ...(has ? [`Swagger UI: ${api}/docs`, `Users API: ${api}/users`] : []),
    `Console: http://localhost:${consolePort}/`,
    `Kafka: ${broker}`,
    `MongoDB: ${database}`,
    'Ready.',
  ]
}

/** The same, and what to do then. */
export function greeting(addresses: Addresses): string[] {
  const { apiPort } = addresses
  const api = `http://localhost:${apiPort}`
  return [
    ...readyLines(addresses),
    ...(apiPort === undefined
      ? []
      : ['', 'Create a user and read how that operation ended:', '', tryIt(api), '']),
  ]
}

/** The answer's Location says where the operation is; a second later it has ended. */
function tryIt(api: string): string {
  return `  curl -s ${api}$(curl -si ${api}/users -H 'Content-Type: application/json' -d '{"name":"alice"}' | tr -d '\\r' | awk 'tolower($1) == "location:" { print $2 }'; sleep 1)`
}

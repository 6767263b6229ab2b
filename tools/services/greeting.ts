/** Where what runs is found. */
export interface Addresses {
  /** Of operation-service; undefined when no replica of it runs. */
  apiPort: number | undefined
  consolePort: number
  broker: string
  database: string
}

/** What `npm start` says once everything is ready. Scripts read these lines. */
export function greeting({ apiPort, consolePort, broker, database }: Addresses): string[] {
  const api = `http://localhost:${apiPort}`
  const has = apiPort !== undefined
  return [
    ...(has ? [`Swagger UI: ${api}/docs`, `Users API: ${api}/users`] : []),
    `Console: http://localhost:${consolePort}/`,
    `Kafka: ${broker}`,
    `MongoDB: ${database}`,
    'Ready.',
    ...(has ? ['', 'Create a user and read how that operation ended:', '', tryIt(api), ''] : []),
  ]
}

/** The answer's Location says where the operation is; a second later it has ended. */
function tryIt(api: string): string {
  return `  curl -s ${api}$(curl -si ${api}/users -H 'Content-Type: application/json' -d '{"name":"alice"}' | tr -d '\\r' | awk 'tolower($1) == "location:" { print $2 }'; sleep 1)`
}

import { Failure } from '../console/failure.mjs'

const longestWait = 'wait=30'

/** Creates a user who is approved and one who is rejected. @returns their ids, for schemathesis.toml */
export async function knownIds(api: string): Promise<Record<string, string>> {
  return {
    COMPLETED_ID: await ended(api, 'alice', 'completed'),
    FAILED_ID: await ended(api, 'reject me', 'failed'),
  }
}

async function ended(api: string, name: string, state: string): Promise<string> {
  const response = await fetch(`${api}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: longestWait },
    body: JSON.stringify({ name }),
  })
  const operation = (await response.json()) as { id: string; state: string }
  if (operation.state === state) return operation.id
  throw new Failure(`The operation of "${name}" is ${operation.state}, not ${state}.`)
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import createClient from 'openapi-fetch'

import { type components, type paths } from './operation-service.ts'

type NewUser = components['schemas']['NewUser']
type Operation = components['schemas']['Operation']
type Problem = components['schemas']['ProblemDocument']

/** The request is wrong: to repeat it as it is would be in vain. */
export class RequestRefused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    const faults = problem.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`)
    super(faults?.join('; ') ?? problem.detail)
    this.problem = problem
  }
}

/**
 * Creates a user, and waits until that has ended.
 *
 * @param signal ends the repeating and the waiting
 * @returns the operation, completed or failed
 * @throws RequestRefused; what `signal` was aborted with
 */
export async function createUser(
  api: string,
  user: NewUser,
  signal: AbortSignal,
): Promise<Operation> {
  const client = createClient<paths>({ baseUrl: api })
  // Made once for what is wanted once, and sent with every repetition of it.
  const key = `"${randomUUID()}"`
  let operation = await untilAnswered(signal, () =>
    client.POST('/users', {
      params: { header: { 'Idempotency-Key': key, Prefer: 'wait=5' } },
      body: user,
      signal,
    }),
  )
  while (operation.state === 'pending') {
    const { id } = operation
    operation = await untilAnswered(signal, () =>
      client.GET('/operations/{id}', {
        params: { path: { id }, header: { Prefer: 'wait=30' } },
        signal,
      }),
    )
  }
  return operation
}

interface Answer {
  data?: Operation
  error?: Problem
  response: Response
}

/** Asks again after a broken connection, a 429 and a 503, as often as that takes. */
async function untilAnswered(signal: AbortSignal, ask: () => Promise<Answer>): Promise<Operation> {
  for (;;) {
    let wait = 1
    try {
      const { data, error, response } = await ask()
      if (data) return data
      if (error && !mayPass(response.status)) throw new RequestRefused(error)
      wait = Number(response.headers.get('retry-after') ?? 1)
    } catch (error) {
      // fetch throws a TypeError when there is no answer; whether the request has arrived is then unknown.
      if (!(error instanceof TypeError)) throw error
    }
    await sleep(wait * 1_000, undefined, { signal })
  }
}

/** What says nothing against the request: it came too slowly, too often, or at a bad time. */
function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

// node examples/client/create-user.ts alice http://localhost:3000
if (import.meta.main) {
  const [name = 'alice', api = 'http://localhost:3000'] = process.argv.slice(2)
  try {
    const operation = await createUser(api, { name }, AbortSignal.timeout(60_000))
    console.log(JSON.stringify(operation))
    if (operation.state === 'failed') process.exitCode = 1
  } catch (error) {
    if (error instanceof RequestRefused) console.error(error.message)
    else console.error(`${api} gave no answer to work with in a minute: is it there?`, error)
    process.exitCode = 2
  }
}

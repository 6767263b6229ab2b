import { databaseError, OutcomeUnknown } from './database.errors.js'

/**
 * Asks the database and waits for its answer, but not for ever: the driver has no limit of its own for a call (in 7.8.0
 * its `timeoutMS` does nothing), and takes seconds to notice a server that hangs. What was asked goes on without anybody
 * waiting.
 * @param milliseconds how long to wait
 * @param late makes the error for an answer that is late; by default the outcome is unknown
 * @throws DatabaseUnavailable, OutcomeUnknown, and what `databaseError` leaves as it is
 */
export async function askDatabase<Answer>(
  milliseconds: number,
  question: () => Promise<Answer>,
  late: () => Error = () => new OutcomeUnknown(),
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  try {
    return await Promise.race([question(), limit])
  } catch (error) {
    throw databaseError(error)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Waits for the database's answer, but not for ever: the driver has no limit of its own for a call (its `timeoutMS` does
 * nothing in version 7), and takes seconds to notice a server that hangs. What was asked goes on without anybody waiting.
 * @param late makes the error to be thrown after so many milliseconds
 */
export async function answerWithin<Answer>(
  milliseconds: number,
  answer: Promise<Answer>,
  late: () => Error,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  try {
    return await Promise.race([answer, limit])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * What went wrong and what to do, in one sentence for the person at the terminal: commands print the
 * message without a stack trace and end with exit code 1.
 *
 * Plain JavaScript, because the bootstrap needs it before there is a Node that strips types.
 */
export class Failure extends Error {
  /** @override */
  name = 'Failure'
}

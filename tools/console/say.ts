/** One line for the person at the terminal. */
export function say(line: string): void {
  console.log(line)
}

/** A terminal that is closed, or a pipe whose reader went away, must not end what is being stopped. */
export function surviveClosedTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

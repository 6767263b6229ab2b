/** Work that is done one after the other. */
export class Turns {
  private last: Promise<void> = Promise.resolve()
  private readonly failed: (error: unknown) => void

  /** @param failed told what work threw; what waits is done all the same */
  constructor(failed: (error: unknown) => void) {
    this.failed = failed
  }

  take(work: () => Promise<void>): void {
    this.last = this.last.then(work).catch(this.failed)
  }

  /** Resolves when nothing is left to do. */
  async over(): Promise<void> {
    for (let last; last !== this.last;) {
      last = this.last
      await last
    }
  }
}

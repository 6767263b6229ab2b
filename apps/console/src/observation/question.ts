import { atMost } from '#service-defaults'

/** What a question was answered with, and when, in milliseconds of `performance.now()`. */
export interface Found<T> {
  value: T
  at: number
}

/**
 * Something that is asked again and again, and may take longer than anybody waits. While it is under way it is not asked
 * anew; who asks meanwhile gets that answer.
 */
export class Question<T> {
  private underWay: Promise<Found<T> | undefined> | undefined

  /**
   * @param ask may fail
   * @param patience milliseconds for which an answer is waited for
   */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly patience: number,
  ) {}

  /** @returns undefined when there is no answer in time, or it failed */
  async answer(): Promise<Found<T> | undefined> {
    this.underWay ??= this.begin().finally(() => (this.underWay = undefined))
    return atMost(this.patience, this.underWay)
  }

  private async begin(): Promise<Found<T> | undefined> {
    try {
      const value = await this.ask()
      return { value, at: performance.now() }
    } catch {
      return undefined
    }
  }
}

/** Records remembered for certain; up to twice as many are. */
const REMEMBERED = 20_000

/**
 * The records that this process has stored last. Records never change, so one that is remembered need not be asked for:
 * in a saga, most of what a message is about was stored here less than a second ago. Copies are kept and given, so
 * whoever changes a field changes no record; what a field holds is not copied.
 *
 * What is removed from the database by other hands, or lost to it, is still remembered.
 */
export class Recent<Record extends { _id: string }> {
  private young = new Map<string, Record>()
  private old = new Map<string, Record>()

  /** @param size records remembered for certain */
  constructor(private readonly size = REMEMBERED) {}

  /** These are stored, durably. */
  add(records: Iterable<Record>): void {
    for (const record of records) this.young.set(record._id, { ...record })
    if (this.young.size < this.size) return
    this.old = this.young
    this.young = new Map()
  }

  has(id: string): boolean {
    return this.young.has(id) || this.old.has(id)
  }

  get(id: string): Record | undefined {
    const record = this.young.get(id) ?? this.old.get(id)
    return record && { ...record }
  }
}

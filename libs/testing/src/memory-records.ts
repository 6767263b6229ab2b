import { type RecordOf, type Records } from '#store'

/** What services ask of their records: the database's, or the ones below. */
export type RecordStore<Record extends RecordOf> = Pick<Records<Record>, keyof Records<Record>>

/** Records in memory, which behave as the database's do: the same suite runs against both. */
export class MemoryRecords<Record extends RecordOf> implements RecordStore<Record> {
  private readonly records = new Map<string, Record>()

  async insert(records: readonly Record[]): Promise<Set<string>> {
    const present = new Set<string>()
    for (const record of records) {
      if (this.records.has(record._id)) present.add(record._id)
      else this.records.set(record._id, structuredClone(record))
    }
    return present
  }

  async find(ids: readonly string[]): Promise<Record[]> {
    return this.sorted().filter(({ _id }) => ids.includes(_id))
  }

  async get(id: string): Promise<Record | undefined> {
    const [record] = await this.find([id])
    return record
  }

  async present(ids: readonly string[]): Promise<Set<string>> {
    return new Set(ids.filter((id) => this.records.has(id)))
  }

  async idsBetween(after: string, before: string, limit: number): Promise<string[]> {
    return [...this.records.keys()]
      .filter((id) => after < id && id < before)
      .toSorted()
      .slice(0, limit)
  }

  /** @param condition fields with the values they must have; no operators */
  async from(
    from: string,
    condition: Parameters<Records<Record>['from']>[1],
    limit: number,
  ): Promise<Record[]> {
    const wanted = Object.entries(condition)
    return this.sorted()
      .filter((record) => record._id >= from)
      .filter((record) => wanted.every(([field, value]) => Reflect.get(record, field) === value))
      .slice(0, limit)
  }

  async countAfter(after: string): Promise<number> {
    return [...this.records.keys()].filter((id) => id > after).length
  }

  private sorted(): Record[] {
    return [...this.records.entries()]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, record]) => structuredClone(record))
  }
}

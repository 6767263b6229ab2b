import { type RecordOf, type Records } from '#store'

/** What services ask of their records: the database's, or the ones below. */
export type RecordStore<Record extends RecordOf> = Pick<Records<Record>, keyof Records<Record>>

/** Fields with the values they must have; no operators. */
type Condition<Record extends RecordOf> = Parameters<Records<Record>['from']>[1]

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

  async from(from: string, condition: Condition<Record>, limit: number): Promise<Record[]> {
    return this.sorted()
      .filter((record) => record._id >= from && fulfils(record, condition))
      .slice(0, limit)
  }

  async newest(
    { after, before }: { after: string; before: string },
    condition: Condition<Record>,
    limit: number,
  ): Promise<Record[]> {
    return this.sorted()
      .filter(({ _id }) => after < _id && _id < before)
      .filter((record) => fulfils(record, condition))
      .toReversed()
      .slice(0, limit)
  }

  async oldest(
    { after, before }: { after: string; before: string },
    condition: Condition<Record>,
    limit: number,
  ): Promise<Record[]> {
    return this.sorted()
      .filter(({ _id }) => after < _id && _id < before)
      .filter((record) => fulfils(record, condition))
      .slice(0, limit)
  }

  async erase(
    ids: readonly string[],
    fields: readonly (string & keyof Record)[],
    erasedAt: Date,
  ): Promise<void> {
    for (const record of await this.find(ids)) {
      if ('erasedAt' in record) continue
      const kept = Object.entries(record).filter(([field]) => !(fields as string[]).includes(field))
      this.records.set(record._id, { ...Object.fromEntries(kept), erasedAt } as unknown as Record)
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.records.delete(id)
  }

  async valuesOf<Field extends string & keyof Record>(
    ids: readonly string[],
    field: Field,
  ): Promise<Map<string, Record[Field]>> {
    const found = await this.find(ids)
    return new Map(found.map((record) => [record._id, record[field]]))
  }

  async countAfter(after: string, condition: Condition<Record> = {}): Promise<number> {
    return this.sorted()
      .filter(({ _id }) => _id > after)
      .filter((record) => fulfils(record, condition)).length
  }

  private sorted(): Record[] {
    return [...this.records.entries()]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, record]) => structuredClone(record))
  }
}

function fulfils<Record extends RecordOf>(record: Record, condition: Condition<Record>): boolean {
  return Object.entries(condition).every(([field, value]) => Reflect.get(record, field) === value)
}

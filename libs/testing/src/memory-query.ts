/** As much of MongoDB's query language as services use; whatever else is asked is an error. */
type Fields = Record<string, unknown>

/** Whether a document fulfils a filter. @param now what `$$NOW` stands for */
export function fulfils(document: Fields, filter: Fields, now: Date): boolean {
  return Object.entries(filter).every(([field, condition]) => {
    if (field === '$expr') return evaluate(condition, document, now) === true
    if (!isOperation(condition)) return compare(document[field], condition) === 0
    return Object.entries(condition).every(([operator, operand]) =>
      known(CONDITIONS, operator)(document[field], operand),
    )
  })
}

/** A document after an update: a pipeline of `$set` and `$unset`, or a mixture of those, `$max` and `$min`. */
export function updated(document: Fields, update: Fields | Fields[], now: Date): Fields {
  const change = (before: Fields, changes: [string, unknown][]) =>
    Object.fromEntries(
      Object.entries({ ...before, ...Object.fromEntries(changes) }).filter(
        ([, value]) => value !== REMOVED,
      ),
    )
  if (!Array.isArray(update)) {
    const changes = Object.entries(update).flatMap(([operator, fields]) =>
      known(UPDATES, operator)(document, fields as Fields),
    )
    return change(document, changes)
  }
  return update.reduce((before, stage) => {
    const set = Object.entries(stage).flatMap(([operator, fields]) =>
      known(STAGES, operator)(fields as Fields | string),
    )
    return change(
      before,
      set.map(([field, expression]) => [
        field,
        expression === REMOVED ? REMOVED : evaluate(expression, before, now),
      ]),
    )
  }, document)
}

/** What a document that an update makes anew begins with: the fields that its filter says. */
export function seedOf(filter: Fields): Fields {
  return Object.fromEntries(
    Object.entries(filter).filter(([field, value]) => field !== '$expr' && !isOperation(value)),
  )
}

/** The value of a field that an update takes out. */
const REMOVED = Symbol('REMOVED')

const CONDITIONS: Record<string, (value: unknown, operand: unknown) => boolean> = {
  $in: (value, all) => (all as unknown[]).some((each) => compare(value, each) === 0),
  $gt: (value, other) => value != null && compare(value, other) > 0,
  $gte: (value, other) => value != null && compare(value, other) >= 0,
  $lt: (value, other) => value != null && compare(value, other) < 0,
  $lte: (value, other) => value != null && compare(value, other) <= 0,
  $exists: (value, does) => (value !== undefined) === does,
}

const UPDATES: Record<string, (document: Fields, fields: Fields) => [string, unknown][]> = {
  $set: (_, fields) => Object.entries(fields),
  $max: (document, fields) =>
    Object.entries(fields).filter(([field, value]) => compare(document[field], value) < 0),
  $min: (document, fields) =>
    Object.entries(fields).filter(
      ([field, value]) => document[field] === undefined || compare(document[field], value) > 0,
    ),
  $unset: (_, fields) => Object.keys(fields).map((field) => [field, REMOVED]),
}

const STAGES: Record<string, (fields: Fields | string) => [string, unknown][]> = {
  $set: (fields) => Object.entries(fields),
  $unset: (field) => [[field as string, REMOVED]],
}

const EXPRESSIONS: Record<string, (operands: unknown[]) => unknown> = {
  $lt: ([one, other]) => compare(one, other) < 0,
  $eq: ([one, other]) => compare(one, other) === 0,
  $max: (all) =>
    all
      .filter((each) => each != null)
      .toSorted(compare)
      .at(-1) ?? null,
  $min: (all) => all.filter((each) => each != null).toSorted(compare)[0] ?? null,
  $or: (all) => all.some(Boolean),
  $cond: ([test, yes, no]) => (test ? yes : no),
  $ifNull: ([value, otherwise]) => value ?? otherwise,
  $add: ([one, other]) => plus(one, Number(other)),
  $subtract: ([one, other]) => plus(one, -Number(other)),
}

function evaluate(expression: unknown, document: Fields, now: Date): unknown {
  if (expression === '$$NOW') return now
  if (typeof expression === 'string' && expression.startsWith('$')) {
    return document[expression.slice(1)]
  }
  if (!isOperation(expression)) return expression
  const [[operator, operands]] = Object.entries(expression) as [[string, unknown]]
  if (operator === '$literal') return operands
  const values = (operands as unknown[]).map((each) => evaluate(each, document, now))
  return known(EXPRESSIONS, operator)(values)
}

/** Nothing is less than anything else, as in the database. */
function compare(one: unknown, other: unknown): number {
  if (one == null || other == null) return Number(one != null) - Number(other != null)
  const [a, b] = [one.valueOf() as number, other.valueOf() as number]
  return a < b ? -1 : Number(a > b)
}

function plus(one: unknown, number: number): unknown {
  return typeof one === 'number' ? one + number : new Date(Number(one) + number)
}

function isOperation(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !!Object.keys(value)[0]?.startsWith('$')
}

function known<Operation>(operations: Record<string, Operation>, operator: string): Operation {
  const operation = operations[operator]
  if (!operation) throw new Error(`The database in memory does not know ${operator}.`)
  return operation
}

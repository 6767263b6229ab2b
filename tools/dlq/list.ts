import { say } from '../console/say.ts'
import type { Connection } from './connection.ts'
import { readDeadLetters } from './dead-letter-records.ts'
import type { DeadLetter } from './dead-letter.ts'
import {
  byAddress,
  deadLetterTopic,
  shownAddress,
  sourceTopics,
  type Address,
  type SourceTopic,
} from './dead-letter-topics.ts'
import type { ListOrder } from './dlq-options.ts'
import { asText } from './readable.ts'
import { partitionsOf } from './spans.ts'
import { Table } from './table.ts'

/** Says where each dead letter lies and what it died of; bodies are not shown. */
export async function listDeadLetters(
  { topics, json }: ListOrder,
  { kafka, admin }: Connection,
  signal: AbortSignal,
): Promise<void> {
  const spans = await partitionsOf(admin, topics)
  const redriven = new Map(spans.map((span) => [`${span.topic}/${span.partition}`, span.redriven]))
  const now = Date.now()
  const table = new Table(spans)
  const totals = new Totals()
  const lines: (Address & { line: string })[] = []
  await readDeadLetters({
    kafka,
    spans,
    signal,
    take: async (letters) => {
      for (const letter of letters) {
        const { topic, partition, offset } = letter
        const isRedriven = offset < (redriven.get(`${topic}/${partition}`) ?? 0)
        const line = json
          ? JSON.stringify(recordOf(letter, isRedriven))
          : table.line(letter, isRedriven, now)
        totals.add(letter, isRedriven)
        lines.push({ topic, partition, offset, line })
      }
      return true
    },
  })
  if (!json && lines.length > 0) say(table.heading())
  for (const { line } of lines.toSorted(byAddress)) say(line)
  if (!json) for (const line of totals.lines()) say(line)
}

/** What `--json` shows of a dead letter. A key that is no text is in base64; what nobody says is null. */
export function recordOf(letter: DeadLetter, isRedriven: boolean) {
  const { topic, partition, offset, time, reason, attempts, key, source } = letter
  const text = key && asText(key)
  return {
    address: shownAddress(letter),
    deadLetterTopic: deadLetterTopic(topic),
    partition,
    offset,
    time,
    reason,
    attempts: Number(attempts),
    ...(key !== null && text === undefined ? { keyBase64: key.toString('base64') } : { key: text }),
    source: { topic, partition: Number(source.partition), offset: Number(source.offset) },
    redriven: isRedriven,
  }
}

/** How many dead letters there are of each topic and reason. */
export class Totals {
  private readonly all = { all: 0, redriven: 0 }
  private readonly ofTopics = new Map<SourceTopic, Map<string, Count>>()

  add({ topic, reason }: DeadLetter, isRedriven: boolean): void {
    const ofReasons = this.ofTopics.get(topic) ?? new Map<string, Count>()
    this.ofTopics.set(topic, ofReasons)
    const ofReason = ofReasons.get(reason) ?? { all: 0, redriven: 0 }
    ofReasons.set(reason, ofReason)
    for (const count of [this.all, ofReason]) {
      count.all += 1
      if (isRedriven) count.redriven += 1
    }
  }

  lines(): string[] {
    const { all, redriven } = this.all
    if (all === 0) return ['No dead letters.']
    const ofEach = sourceTopics.flatMap((topic) =>
      [...(this.ofTopics.get(topic) ?? [])]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([reason, count]) => `${topic}, ${reason}: ${count.all}, ${count.redriven} redriven`),
    )
    const what = all === 1 ? 'dead letter' : 'dead letters'
    return ['', ...ofEach, `${all} ${what}, ${redriven} redriven`]
  }
}

interface Count {
  all: number
  redriven: number
}

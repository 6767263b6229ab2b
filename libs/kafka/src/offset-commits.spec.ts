import { Logger } from '@nestjs/common'
import { type TopicPartitionOffset } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'

import { eventually } from '#testing'

import { OffsetCommits } from './offset-commits.js'

Logger.overrideLogger(false)

/** Commits into a list; each request ends when it is told to, or at once. */
function setUp({ held = false } = {}) {
  const requests: TopicPartitionOffset[][] = []
  const ends: { succeed: () => void; fail: (error: Error) => void }[] = []
  const commit = vi.fn((offsets: TopicPartitionOffset[]) => {
    requests.push(offsets)
    if (!held) return Promise.resolve()
    return new Promise<void>((succeed, fail) => ends.push({ succeed, fail }))
  })
  return { commits: new OffsetCommits(commit), commit, requests, ends }
}

const at = (partition: number, offset: number) => ({
  topic: 'user-create',
  partition,
  offset: String(offset),
})

describe('commits', () => {
  it('go together, one request at a time, each partition with its latest offset', async () => {
    const { commits, requests, ends } = setUp({ held: true })
    commits.add('user-create', 0, 1)
    await eventually(() => expect(requests).toEqual([[at(0, 1)]]))
    commits.add('user-create', 1, 5)
    commits.add('user-create', 0, 2)
    commits.add('user-create', 0, 3)
    ends[0]!.succeed()
    await eventually(() => expect(requests).toHaveLength(2))
    expect(requests[1]).toEqual([at(1, 5), at(0, 3)])
  })

  it('are not sent for a partition that was dropped', async () => {
    const { commits, requests, ends } = setUp({ held: true })
    commits.add('user-create', 9, 1)
    await eventually(() => expect(requests).toHaveLength(1))
    commits.add('user-create', 0, 1)
    commits.add('user-create', 1, 1)
    commits.drop('user-create', 0)
    ends[0]!.succeed()
    await eventually(() => expect(requests).toHaveLength(2))
    expect(requests[1]).toEqual([at(1, 1)])
  })

  it('are sent at once by a flush', async () => {
    const { commits, requests } = setUp()
    commits.add('user-create', 0, 1)
    commits.add('user-create', 0, 2)
    await commits.flush()
    expect(requests.flat().at(-1)).toEqual(at(0, 2))
  })

  it('make no request when there is nothing to commit', async () => {
    const { commits, commit } = setUp()
    await commits.flush()
    expect(commit).not.toHaveBeenCalled()
  })
})

describe('a commit that fails', () => {
  it('is tried again, also when nothing more is done in its partition', async () => {
    const { commits, commit, requests } = setUp()
    commit.mockRejectedValueOnce(new Error('rebalance in progress'))
    commits.add('user-create', 0, 4)
    await eventually(() => expect(requests).toEqual([[at(0, 4)]]))
    expect(commit).toHaveBeenCalledTimes(2)
  })

  it('gives way to what was done meanwhile', async () => {
    const { commits, requests, ends } = setUp({ held: true })
    commits.add('user-create', 0, 4)
    commits.add('user-create', 1, 1)
    await eventually(() => expect(requests).toHaveLength(1))
    commits.add('user-create', 0, 7)
    ends[0]!.fail(new Error('rebalance in progress'))
    await eventually(() => expect(requests).toHaveLength(2))
    expect(requests[1]!.toSorted((a, b) => a.partition - b.partition)).toEqual([at(0, 7), at(1, 1)])
  })

  it('is not tried again for a partition that was dropped meanwhile', async () => {
    const { commits, requests, ends } = setUp({ held: true })
    commits.add('user-create', 0, 4)
    await eventually(() => expect(requests).toHaveLength(1))
    commits.drop('user-create', 0)
    ends[0]!.fail(new Error('illegal generation'))
    commits.add('user-create', 1, 1)
    await eventually(() => expect(requests).toHaveLength(2))
    expect(requests[1]).toEqual([at(1, 1)])
  })

  it('is tried once more by a flush, which then ends', async () => {
    const { commits, commit } = setUp()
    commit.mockRejectedValue(new Error('the broker is away'))
    commits.add('user-create', 0, 4)
    await commits.flush()
    expect(commit).toHaveBeenCalledTimes(2)
  })
})

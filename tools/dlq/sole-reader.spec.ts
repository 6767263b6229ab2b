import { AssignerProtocol } from 'kafkajs'
import { expect, test } from 'vitest'
import { soleReader } from './sole-reader.ts'

const assigner = soleReader({ 'user-create.dlq': [0, 2] })({} as never)
const { metadata } = assigner.protocol({ topics: ['user-create.dlq'] })

/** What each member is given. */
async function dealt(...memberIds: string[]) {
  const members = memberIds.map((memberId) => ({ memberId, memberMetadata: metadata }))
  const assignments = await assigner.assign({ members, topics: ['user-create.dlq'] })
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  )
}

test('one member is given the partitions, and no others', async () => {
  expect(await dealt('a')).toEqual({ a: { 'user-create.dlq': [0, 2] } })
})

test('of two members one is given nothing, whoever asks', async () => {
  const expected = { a: { 'user-create.dlq': [0, 2] }, b: {} }
  expect(await dealt('a', 'b')).toEqual(expected)
  expect(await dealt('b', 'a')).toEqual(expected)
})

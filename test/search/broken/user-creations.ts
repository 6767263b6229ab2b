import { type MessageOf } from '#contracts'
import { type Publisher } from '#kafka'

import { approvalRequest } from '../../../apps/user-service/src/user-creation/user-creation.messages.js'
import { UserCreation } from '../../../apps/user-service/src/user-creation/user-creation.service.js'
import { type DecisionRecord } from '../../../apps/user-service/src/users/decision.schema.js'
import { type UserRecord } from '../../../apps/user-service/src/users/user.schema.js'
import { type UsersRepository } from '../../../apps/user-service/src/users/users.repository.js'

type Rest =
  ConstructorParameters<typeof UserCreation> extends [unknown, unknown, ...infer Others]
    ? Others
    : never

/** user-service asks for the approval of users before they are stored. */
export class AskFirst extends UserCreation {
  constructor(repository: UsersRepository, publisher: Publisher, ...rest: Rest) {
    const users = {
      find: (ids: string[]) => repository.users.find(ids),
      insert: async (records: UserRecord[]) => {
        await publisher.publish('user-approve', records.map(approvalRequest))
        return repository.users.insert(records)
      },
    }
    const asked: Pick<Publisher, 'publish'> = {
      publish: async (topic, messages) => {
        if (topic !== 'user-approve') await publisher.publish(topic, messages)
      },
    }
    super({ ...repository, users } as unknown as UsersRepository, asked as Publisher, ...rest)
  }
}

/** user-service answers with what it decided, not with what is stored. */
export class OwnDecision extends UserCreation {
  constructor(repository: UsersRepository, ...rest: [Publisher, ...Rest]) {
    const decisions = {
      find: (ids: string[]) => repository.decisions.find(ids),
      insert: async (records: DecisionRecord[]) => {
        await repository.decisions.insert(records)
        return new Set<string>()
      },
    }
    super({ ...repository, decisions } as unknown as UsersRepository, ...rest)
  }
}

/** user-service takes a request that it knows for done, and publishes nothing. */
export class SilentOnRepeats extends UserCreation {
  constructor(
    private readonly repositoryToAsk: UsersRepository,
    ...rest: [Publisher, ...Rest]
  ) {
    super(repositoryToAsk, ...rest)
  }

  override async request(
    requests: MessageOf<'user-create'>[],
    publishedAt: readonly number[],
  ): Promise<void> {
    const ids = requests.map(({ operationId }) => operationId)
    const known = await this.repositoryToAsk.users.present(ids)
    const fresh = requests.filter(({ operationId }) => !known.has(operationId))
    await super.request(fresh, publishedAt)
  }
}

import { ApiParam } from '@nestjs/swagger'

export const EXAMPLE_ID = '019a9f00-0000-7000-8000-000000000001'

/** Documents the `id` in a path. */
export const ApiUserId = () =>
  ApiParam({
    name: 'id',
    description: "The user's id: the same as its operation's.",
    schema: { type: 'string', format: 'uuid', examples: [EXAMPLE_ID] },
  })

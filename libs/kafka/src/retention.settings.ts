import { mayComeAgainFor } from '#contracts'
import { integer, type sagaSettings, type Settings, within } from '#service-defaults'

const DAY = 24 * 60 * 60 * 1_000

/**
 * How long settled records are kept, in days; 0 for ever. Longer than any message about them may come again: a repeated one
 * must meet the record that it repeats.
 */
export const retentionSettings = {
  RETENTION_DAYS: within(
    integer({ min: 0, default: 0 }),
    (days, { SAGA_DEADLINE_MS }: Settings<typeof sagaSettings>) => {
      const least = Math.ceil(mayComeAgainFor(SAGA_DEADLINE_MS) / DAY) + 1
      return days === 0 || days >= least
        ? undefined
        : `allowed is 0, for ever, or ${least} and more, because messages may come again for ${least - 1} days: the topics' retention and that of the dead letters`
    },
  ),
}

export const OPERATION_STATES = ['pending', 'completed', 'failed'] as const
export type OperationState = (typeof OPERATION_STATES)[number]

export const APPROVALS = ['pending', 'approved', 'rejected', 'expired'] as const
export type Approval = (typeof APPROVALS)[number]

/** An approval that can no longer change. */
export type Decision = Exclude<Approval, 'pending'>

export type FailureCode = 'approval-rejected' | 'approval-deadline'

/** What an operation ends with when its user was decided so. */
export const OUTCOME_OF = {
  approved: { outcome: 'completed' },
  rejected: { outcome: 'failed', code: 'approval-rejected' },
  expired: { outcome: 'failed', code: 'approval-deadline' },
} as const satisfies Record<
  Decision,
  { outcome: 'completed' } | { outcome: 'failed'; code: FailureCode }
>

/** What each topic carries. */
export interface Messages {
  'user-create': UserCreate
  'user-approve': UserApprove
  'user-approve-response': UserApproveResponse
  'user-create-response': UserCreateResponse
}

export interface UserCreate {
  operationId: string
  name: string
  email?: string | undefined
  createdAt: string
}

export interface UserApprove {
  operationId: string
  userId: string
  name: string
  email?: string | undefined
}

export interface UserApproveResponse {
  operationId: string
  userId: string
  decision: 'approved' | 'rejected'
  reason?: string | undefined
  decidedAt: string
}

export interface UserCreateResponse {
  operationId: string
  userId: string
  outcome: 'completed' | 'failed'
  error?: { code: string; message: string } | undefined
}

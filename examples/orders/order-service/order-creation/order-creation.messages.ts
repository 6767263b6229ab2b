import { type MessageOf } from '../../contracts/contracts.js'
import { type OrderRecord } from '../orders/order.schema.js'
import { type OrderStep } from '../orders/orders.repository.js'

type Failure = NonNullable<MessageOf<'order-create-response'>['error']>

const MESSAGES: Record<Failure['code'], string> = {
  'sold-out': 'There is not enough in stock.',
  'payment-refused': 'The payment was refused.',
  'order-deadline': 'The stock was not reserved in time.',
}

export function stockRequest(step: OrderStep): MessageOf<'stock-reserve'> {
  const { _id, item, quantity } = orderOf(step)
  return { operationId: _id, item, quantity }
}

export function paymentRequest(step: OrderStep): MessageOf<'payment-take'> {
  const { _id, amount } = orderOf(step)
  return { operationId: _id, amount }
}

export function releaseRequest({ happening }: OrderStep): MessageOf<'stock-release'> {
  return { operationId: happening.id }
}

export function orderResponse(step: OrderStep): MessageOf<'order-create-response'> {
  const code = failureOf(step)
  return {
    operationId: step.happening.id,
    outcome: code ? 'failed' : 'completed',
    ...(code ? { error: { code, message: MESSAGES[code] } } : {}),
  }
}

function failureOf({ after, known }: OrderStep): Failure['code'] | undefined {
  if (after === 'completed') return undefined
  if (after === 'sold-out') return 'sold-out'
  return known.isExpired ? 'order-deadline' : 'payment-refused'
}

/** As it is stored; of a new one as it was stored just now. */
function orderOf({ known, happening }: OrderStep): OrderRecord {
  return known.order ?? happening.order!
}

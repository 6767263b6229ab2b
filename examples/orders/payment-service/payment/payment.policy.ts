import { type MessageOf } from '../../contracts/contracts.js'

/** Decides by the message alone, so that a repeated one is decided alike. */
export function judge(
  { amount }: Pick<MessageOf<'payment-take'>, 'amount'>,
  limit: number,
): MessageOf<'payment-take-response'>['decision'] {
  return amount > limit ? 'refused' : 'paid'
}

import { type MessageOf } from '../../contracts/contracts.js'

/** Decides by the message alone, so that a repeated one is decided alike. */
export function judge(
  { quantity }: Pick<MessageOf<'stock-reserve'>, 'quantity'>,
  most: number,
): 'granted' | 'denied' {
  return quantity > most ? 'denied' : 'granted'
}

import { Failure } from './failure.mjs'

/** @throws Failure when the text of an option is no number in these bounds */
export function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= least && number <= most) return number
  throw new Failure(`--${name} is "${text}": give a number from ${least} to ${most}.`)
}

/** @throws Failure when the text of an option is no whole number in these bounds */
export function integerOf(name: string, text: string, least: number, most: number): number {
  const number = numberOf(name, text, least, most)
  if (Number.isInteger(number)) return number
  throw new Failure(`--${name} is "${text}": give a whole number.`)
}

/** @import { Controls } from '../src/console.api.js' */
import { find, say } from './elements.js'
import { RequestError, send } from './requests.js'

/** @type {(controls: Controls) => void} */
let tell = () => {}

/** Calls back with what the console answers when something was set. @param {(controls: Controls) => void} answered */
export function onAnswer(answered) {
  tell = answered
}

/**
 * Sets something.
 *
 * @param {'POST' | 'PUT'} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<Controls>} what is set now
 * @throws {RequestError} when it is refused
 */
export async function set(method, path, body) {
  const response = await send(method, path, body)
  const controls = /** @type {Controls} */ (await response.json())
  tell(controls)
  return controls
}

/**
 * Does what a control asks for, and says what came of it. Meanwhile its buttons do nothing, but keep the focus.
 *
 * @param {HTMLElement} control
 * @param {HTMLButtonElement[]} buttons
 * @param {() => Promise<string | (string | Node)[]>} work says what it has done
 */
export async function carryOut(control, buttons, work) {
  if (buttons.some(({ ariaDisabled }) => ariaDisabled === 'true')) return
  for (const button of buttons) button.ariaDisabled = 'true'
  sayOutcome(control, 'wait', 'Asking…')
  try {
    sayOutcome(control, 'good', await work())
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    sayOutcome(control, 'bad', error.message)
  } finally {
    for (const button of buttons) button.ariaDisabled = null
  }
}

/**
 * @param {HTMLElement} control
 * @param {'good' | 'bad' | 'wait'} tone
 * @param {string | (string | Node)[]} text
 */
export function sayOutcome(control, tone, text) {
  const outcome = find(control, '.outcome')
  outcome.dataset['tone'] = tone
  if (typeof text === 'string') say(outcome, text)
  else outcome.replaceChildren(...text)
}

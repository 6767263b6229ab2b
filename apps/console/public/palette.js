/** @import { ServiceName } from '../src/console.api.js' */

/**
 * A service has one colour in all panels, and a topic that of the service that handles it. Where two lines share a colour,
 * and for who sees no colours, they differ in their dashes.
 *
 * @typedef {object} Ink
 * @property {string} colour name of a custom property of console.css
 * @property {readonly number[]} [dashes] lengths of line and gap; none: solid
 */

/** @type {Readonly<Record<ServiceName, Ink>>} In the order in which a saga goes through them. */
export const services = {
  'operation-service': { colour: '--operation', dashes: [8, 3, 2, 3] },
  'user-service': { colour: '--user', dashes: [6, 3] },
  'user-approval-service': { colour: '--approval' },
}

/** @type {Readonly<Record<string, Ink>>} In the order in which a saga goes through them. */
export const topics = {
  'user-create': services['user-service'],
  'user-approve': services['user-approval-service'],
  'user-approve-response': { colour: '--user', dashes: [2, 3] },
  'user-create-response': services['operation-service'],
}

/** @type {Ink} For everything that is of no service. */
export const neutral = { colour: '--neutral' }
/** @type {Ink} */
export const neutralDashed = { colour: '--neutral', dashes: [4, 3] }

const root = getComputedStyle(document.documentElement)

/** @param {string} property a custom property of console.css, as it is in the present scheme */
export const colourOf = (property) => root.getPropertyValue(property).trim()

/** Calls back whenever the visitor changes between light and dark. @param {() => void} changed */
export function onSchemeChange(changed) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
}

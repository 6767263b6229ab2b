/** @import { Ink } from './palette.js' */

/**
 * The first element that a selector finds; what the page does not have is a mistake in it.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
export function find(parent, selector, kind) {
  const element = parent.querySelector(selector)
  if (element instanceof (kind ?? HTMLElement)) return /** @type {Kind} */ (element)
  throw new Error(`The page has no such ${selector}.`)
}

/** A copy of the one element in a template. @param {string} id */
export function fromTemplate(id) {
  const copy = find(document, `#${id}`, HTMLTemplateElement).content.firstElementChild?.cloneNode(
    true,
  )
  if (!(copy instanceof HTMLElement)) throw new Error(`The template ${id} is empty.`)
  return copy
}

/** Sets a text, and leaves the page alone when it is there already. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/**
 * A text with a mark that says how good that is.
 *
 * @param {HTMLElement} element of class `state`
 * @param {'good' | 'bad' | 'warn' | 'off' | 'wait'} tone
 * @param {string} text
 */
export function sayState(element, tone, text) {
  if (element.dataset['tone'] !== tone) element.dataset['tone'] = tone
  say(element, text)
}

const SVG = 'http://www.w3.org/2000/svg'

/** A piece of the line, to find it in the chart. @param {Ink} ink @param {boolean} isFilled */
export function swatch({ colour, dashes }, isFilled) {
  const picture = document.createElementNS(SVG, 'svg')
  const shape = document.createElementNS(SVG, isFilled ? 'rect' : 'line')
  const attributes = isFilled
    ? { x: 3, y: 1, width: 12, height: 10, rx: 2, fill: `var(${colour})` }
    : { x1: 0, y1: 6, x2: 18, y2: 6, stroke: `var(${colour})`, 'stroke-width': 2 }
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value))
  if (dashes && !isFilled) shape.setAttribute('stroke-dasharray', dashes.join(' '))
  picture.setAttribute('viewBox', '0 0 18 12')
  picture.setAttribute('class', 'swatch')
  picture.setAttribute('aria-hidden', 'true')
  picture.append(shape)
  return picture
}

const announcements = find(document, '#announcements')

/** Has a screen reader say it, when it is done with what it is saying. @param {string} text */
export function announce(text) {
  announcements.textContent = text
}

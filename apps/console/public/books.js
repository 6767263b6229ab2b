/** @import { Books } from '../src/console.api.js' */
import { find, say, sayState } from './elements.js'
import { count, duration } from './format.js'
import { imbalance } from './glance.js'

/** @typedef {'accepted' | 'completed' | 'failed' | 'pending'} Term */

const section = find(document, '.books')
const verdict = find(section, '.verdict')
const unpublished = find(section, '[data-fact="unpublished"]')
const oldest = find(section, '[data-fact="oldest"]')

/** @type {[sign: string, term: Term][]} */
const equation = [
  ['', 'accepted'],
  ['=', 'completed'],
  ['+', 'failed'],
  ['+', 'pending'],
]
const terms = equation.map(([sign, term]) => ({ term, value: addTerm(sign, term) }))

/** @param {Books | null} books null: they cannot be had now, so the last ones stay */
export function showBooks(books) {
  if (!books) {
    sayState(verdict, 'warn', 'operation-service does not tell: these are the last ones known.')
    return
  }
  for (const { term, value } of terms) say(value, count(books[term]))
  const off = imbalance(books)
  if (off === 0) sayState(verdict, 'good', 'They balance.')
  else sayState(verdict, 'bad', `They are off by ${count(Math.abs(off))}: ${direction(off)}.`)
  say(unpublished, count(books.unpublished))
  say(oldest, books.oldestPending === null ? 'none' : duration(books.oldestPending))
}

/** @param {number} off */
const direction = (off) => (off > 0 ? 'more accepted than told of' : 'more told of than accepted')

/** @param {string} sign @param {Term} term @returns {Element} where its value goes */
function addTerm(sign, term) {
  const group = document.createElement('div')
  const name = document.createElement('dt')
  const value = document.createElement('dd')
  name.append(term)
  value.append('…')
  group.dataset['sign'] = sign
  group.dataset['term'] = term
  group.append(name, value)
  find(section, '.equation').append(group)
  return value
}

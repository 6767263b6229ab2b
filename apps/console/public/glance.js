/** @import { Books, Controls, Sample } from '../src/console.api.js' */
import { announce, find, sayState } from './elements.js'
import { count, counted, rate } from './format.js'

/** @param {string} name */
const fact = (name) => find(document, `.glance [data-fact="${name}"] dd`)

const booksFact = fact('books')
const deadLettersFact = fact('dead-letters')
const approvalFact = fact('approval')
const scalerFact = fact('scaler')
const loadFact = fact('load')

/** What the books are off by: accepted, less what is told of. @param {Books} books */
export const imbalance = ({ accepted, completed, failed, pending }) =>
  accepted - completed - failed - pending

/** @param {Sample} sample */
export function glanceAt({ books, deadLetters }) {
  showBooks(books)
  showDeadLetters(deadLetters)
}

/** @param {Controls} controls */
export function glanceAtControls({ approval, scaler, load }) {
  sayState(approvalFact, approval.paused ? 'warn' : 'good', approval.paused ? 'paused' : 'running')
  sayState(scalerFact, scaler.enabled ? 'good' : 'off', scaler.enabled ? 'on' : 'off')
  const { usersPerSecond } = load
  sayState(
    loadFact,
    usersPerSecond > 0 ? 'good' : 'off',
    usersPerSecond > 0 ? `${rate(usersPerSecond)} users/s` : 'off',
  )
}

/** @param {Books | null} books */
function showBooks(books) {
  if (!books) return sayState(booksFact, 'warn', 'unknown')
  const off = Math.abs(imbalance(books))
  if (off > 0 && booksFact.dataset['tone'] !== 'bad')
    announce(`The books are off by ${count(off)}.`)
  sayState(booksFact, off === 0 ? 'good' : 'bad', off === 0 ? 'balanced' : `off by ${count(off)}`)
}

/** @type {number | null} */
let deadLettersBefore = null

/** @param {number | null} deadLetters */
function showDeadLetters(deadLetters) {
  if (deadLetters === null) return sayState(deadLettersFact, 'warn', 'unknown')
  if (deadLettersBefore !== null && deadLetters > deadLettersBefore) {
    announce(`${counted(deadLetters, 'dead letter')} now.`)
  }
  deadLettersBefore = deadLetters
  sayState(
    deadLettersFact,
    deadLetters === 0 ? 'good' : 'warn',
    deadLetters === 0 ? 'none' : count(deadLetters),
  )
}

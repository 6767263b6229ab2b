/** @import { Load } from '../src/console.api.js' */
import { carryOut, sayOutcome, set } from './control.js'
import { find, say } from './elements.js'
import { rate } from './format.js'

const form = find(document, '#load', HTMLFormElement)
const start = find(form, '[type=submit]', HTMLButtonElement)
const stop = find(form, '[name=stop]', HTMLButtonElement)
const rateField = find(form, '[name=rate]', HTMLInputElement)
const slider = find(form, '[name=slider]', HTMLInputElement)

/** @type {number | undefined} */
let known

/** @param {Load} load */
export function showLoad({ usersPerSecond }) {
  // Only news: what the visitor is about to set stays in the fields.
  if (usersPerSecond !== known && usersPerSecond > 0) {
    rateField.value = slider.value = String(usersPerSecond)
  }
  known = usersPerSecond
  say(start, usersPerSecond > 0 ? 'Change' : 'Start')
}

slider.addEventListener('input', () => {
  rateField.value = slider.value
})
rateField.addEventListener('input', () => {
  if (rateField.value) slider.value = rateField.value
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (rateField.value && rateField.validity.valid) return put(rateField.valueAsNumber)
  sayOutcome(form, 'bad', 'The load is a number of users a second, from 0 to 500.')
  rateField.focus()
})
stop.addEventListener('click', () => put(0))

/** @param {number} usersPerSecond */
function put(usersPerSecond) {
  void carryOut(form, [start, stop], async () => {
    const { load } = await set('PUT', '/api/load', { usersPerSecond })
    if (load.usersPerSecond === 0) return 'The load is off.'
    return `${rate(load.usersPerSecond)} users a second are asked for.`
  })
}

/** @import { Controls, ServiceName } from '../src/console.api.js' */
import { find, fromTemplate, say, swatch } from './elements.js'
import { count, counted, rate } from './format.js'
import { services } from './palette.js'
import { RequestError, send } from './requests.js'

const BROKEN_LINK = 'about:invalid'

const createUser = form('create-user')
const load = form('load')
const replicas = find(document, '#replicas')
const scaler = find(document, '#scaler-switch')
const breaking = find(document, '#breaking')

const loadStart = button(load, '[type=submit]')
const loadStop = button(load, '[name=stop]')
const loadRate = field(load, 'rate')
const loadSlider = field(load, 'slider')
const scalerSwitch = button(scaler, '[role=switch]')
const pause = button(breaking, '[name=pause]')
const poison = button(breaking, '[name=poison]')
/** @type {Map<ServiceName, { remove: HTMLButtonElement, add: HTMLButtonElement, count: Element }>} */
const steppers = new Map()

/** @type {Controls | undefined} */
let known
/** @type {(controls: Controls) => void} */
let tell = () => {}

/** Calls back with what the console answers to a control. @param {(controls: Controls) => void} changed */
export function onAnswer(changed) {
  tell = changed
}

/** @param {Controls} controls */
export function showControls(controls) {
  const { usersPerSecond } = controls.load
  // What the visitor is about to set is not taken away by what somebody else has set.
  if (usersPerSecond !== known?.load.usersPerSecond && usersPerSecond > 0) setRate(usersPerSecond)
  known = controls
  say(loadStart, usersPerSecond > 0 ? 'Change' : 'Start')
  scalerSwitch.ariaChecked = String(controls.scaler.enabled)
  say(pause, controls.approval.paused ? 'Continue approval' : 'Pause approval')
  for (const [service, stepper] of steppers) say(stepper.count, count(controls.replicas[service]))
  say(
    find(replicas, '[data-hint]'),
    controls.scaler.enabled
      ? 'The scaler is on: it decides how many approve.'
      : 'A replica is a process. The scaler is off: nobody else changes them.',
  )
  find(document, '#no-launcher').hidden = controls.managesReplicas
  for (const group of document.querySelectorAll('fieldset[data-needs-launcher]')) {
    if (!(group instanceof HTMLFieldSetElement)) continue
    group.disabled = !controls.managesReplicas
    if (!controls.managesReplicas) group.setAttribute('aria-describedby', 'no-launcher')
  }
}

createUser.addEventListener('submit', (event) => {
  event.preventDefault()
  const name = field(createUser, 'name').value.trim()
  const email = field(createUser, 'email').value.trim()
  void carryOut([button(createUser, '[type=submit]')], createUser, async () => {
    const response = await send('POST', '/api/users', email ? { name, email } : { name })
    const operation = /** @type {{ id: string, state: string }} */ (await response.json())
    return [`${operation.state}: operation `, operationLink(response, operation.id)]
  })
})

load.addEventListener('submit', (event) => {
  event.preventDefault()
  const usersPerSecond = loadRate.valueAsNumber
  if (!(usersPerSecond >= 0 && usersPerSecond <= 500)) {
    refuse(load, 'The load is a number of users a second, from 0 to 500.')
    loadRate.focus()
    return
  }
  void carryOut([loadStart, loadStop], load, () => putLoad(usersPerSecond))
})
loadStop.addEventListener('click', () => carryOut([loadStart, loadStop], load, () => putLoad(0)))
loadSlider.addEventListener('input', () => {
  loadRate.value = loadSlider.value
})
loadRate.addEventListener('input', () => {
  if (loadRate.value) loadSlider.value = loadRate.value
})

for (const [name, ink] of Object.entries(services)) {
  const service = /** @type {ServiceName} */ (name)
  const item = fromTemplate('stepper')
  find(item, '.swatch').replaceWith(swatch(ink, true))
  say(find(item, '.service'), service)
  const remove = button(item, '[name=remove]')
  const add = button(item, '[name=add]')
  remove.ariaLabel = `Remove a replica of ${service}`
  add.ariaLabel = `Add a replica of ${service}`
  const output = find(item, 'output')
  output.ariaLabel = `Replicas of ${service}`
  steppers.set(service, { remove, add, count: output })
  remove.addEventListener('click', () => step(service, -1))
  add.addEventListener('click', () => step(service, 1))
  find(replicas, '.steppers').append(item)
}

scalerSwitch.addEventListener('click', () =>
  carryOut([scalerSwitch], scaler, async () => {
    const controls = await put('/api/scaler', { enabled: !known?.scaler.enabled })
    return controls.scaler.enabled
      ? 'The scaler is on: approval replicas follow the lag.'
      : 'The scaler is off: replicas stay as they are.'
  }),
)

pause.addEventListener('click', () =>
  carryOut([pause], breaking, async () => {
    const controls = await put('/api/approval', { paused: !known?.approval.paused })
    return controls.approval.paused
      ? 'The approval service is paused: what it has to do waits.'
      : 'The approval service goes on.'
  }),
)

poison.addEventListener('click', () =>
  carryOut([poison], breaking, async () => {
    answered(await send('POST', '/api/poison'))
    return 'Published. It is among the dead letters in a moment.'
  }),
)

/** @param {ServiceName} service @param {number} change */
function step(service, change) {
  const { remove, add } = /** @type {{ remove: HTMLButtonElement, add: HTMLButtonElement }} */ (
    steppers.get(service)
  )
  return carryOut([remove, add], replicas, async () => {
    const wanted = Math.max(0, (known?.replicas[service] ?? 0) + change)
    const controls = await put('/api/replicas', { service, count: wanted })
    return `${service}: ${counted(controls.replicas[service], 'replica')} wanted.`
  })
}

/** @param {number} usersPerSecond */
async function putLoad(usersPerSecond) {
  const { load: set } = await put('/api/load', { usersPerSecond })
  return set.usersPerSecond > 0
    ? `${rate(set.usersPerSecond)} users a second are asked for.`
    : 'The load is off.'
}

/** @param {string} path @param {unknown} body */
const put = async (path, body) => answered(await send('PUT', path, body))

/** @param {Response} response @returns {Promise<Controls>} */
async function answered(response) {
  const controls = /** @type {Controls} */ (await response.json())
  tell(controls)
  return controls
}

/**
 * Does what a control asks for, and says what came of it. Meanwhile its buttons do nothing; they stay where the focus is.
 *
 * @param {HTMLButtonElement[]} buttons
 * @param {HTMLElement} control
 * @param {() => Promise<string | (string | Node)[]>} work
 */
async function carryOut(buttons, control, work) {
  if (buttons.some(({ ariaDisabled }) => ariaDisabled === 'true')) return
  for (const each of buttons) each.ariaDisabled = 'true'
  const outcome = find(control, '.outcome')
  outcome.dataset['tone'] = 'wait'
  say(outcome, 'Asking…')
  try {
    const result = await work()
    outcome.dataset['tone'] = 'good'
    outcome.replaceChildren(...(typeof result === 'string' ? [result] : result))
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    refuse(control, error.message)
  } finally {
    for (const each of buttons) each.ariaDisabled = null
  }
}

/** @param {HTMLElement} control @param {string} why */
function refuse(control, why) {
  const outcome = find(control, '.outcome')
  outcome.dataset['tone'] = 'bad'
  say(outcome, why)
}

/** Where an operation can be looked at, if the console tells. @param {Response} response @param {string} id */
function operationLink(response, id) {
  const location = response.headers.get('location') ?? BROKEN_LINK
  const url = URL.parse(location)
  if (!url?.protocol.startsWith('http')) {
    const plain = document.createElement('code')
    plain.append(id)
    return plain
  }
  const link = document.createElement('a')
  link.href = url.href
  link.target = '_blank'
  link.rel = 'noreferrer'
  link.append(id)
  return link
}

/** @param {number} usersPerSecond */
function setRate(usersPerSecond) {
  loadRate.value = loadSlider.value = String(usersPerSecond)
}

/** @param {string} id */
function form(id) {
  const element = find(document, `form#${id}`)
  if (!(element instanceof HTMLFormElement)) throw new Error(`${id} is no form.`)
  return element
}

/** @param {ParentNode} parent @param {string} selector */
function button(parent, selector) {
  const element = find(parent, selector)
  if (!(element instanceof HTMLButtonElement)) throw new Error(`${selector} is no button.`)
  return element
}

/** @param {HTMLFormElement} parent @param {string} name */
function field(parent, name) {
  const element = find(parent, `[name=${name}]`)
  if (!(element instanceof HTMLInputElement)) throw new Error(`${name} is no field.`)
  return element
}

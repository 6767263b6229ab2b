/** @import { Controls, ServiceName } from '../src/console.api.js' */
import { carryOut, set } from './control.js'
import { find, fromTemplate, say, swatch } from './elements.js'
import { count, counted } from './format.js'
import { services } from './palette.js'

const control = find(document, '#replicas')
const hint = find(control, '.hint')
const steppers = Object.keys(services).map((name) => addStepper(/** @type {ServiceName} */ (name)))

/** @param {Controls} controls */
export function showReplicas({ replicas, scaler }) {
  for (const stepper of steppers) stepper.show(replicas[stepper.service])
  say(
    hint,
    scaler.enabled
      ? 'The scaler is on: it decides how many approve.'
      : 'The scaler is off: they stay as you set them.',
  )
}

/** @param {ServiceName} service */
function addStepper(service) {
  const item = fromTemplate('stepper-template')
  const remove = find(item, '[name=remove]', HTMLButtonElement)
  const add = find(item, '[name=add]', HTMLButtonElement)
  const output = find(item, 'output')
  let wanted = 0

  find(item, '.service').before(swatch(services[service], true))
  say(find(item, '.service'), service)
  remove.ariaLabel = `Remove a replica of ${service}`
  add.ariaLabel = `Add a replica of ${service}`
  output.ariaLabel = `Replicas of ${service}`
  remove.addEventListener('click', () => put(wanted - 1))
  add.addEventListener('click', () => put(wanted + 1))
  find(control, '.steppers').append(item)
  return {
    service,
    /** @param {number} replicas */
    show(replicas) {
      wanted = replicas
      say(output, count(replicas))
    },
  }

  /** @param {number} replicas */
  function put(replicas) {
    if (replicas < 0) return
    void carryOut(control, [remove, add], async () => {
      const controls = await set('PUT', '/api/replicas', { service, count: replicas })
      return `${service}: ${counted(controls.replicas[service], 'replica')} wanted.`
    })
  }
}

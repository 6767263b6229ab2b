/** @import { Controls } from '../src/console.api.js' */
import { carryOut, set } from './control.js'
import { find, say } from './elements.js'

const scaler = find(document, '#scaler-switch')
const scalerSwitch = find(scaler, '[role=switch]', HTMLButtonElement)
const breaking = find(document, '#breaking')
const pause = find(breaking, '[name=pause]', HTMLButtonElement)
const poison = find(breaking, '[name=poison]', HTMLButtonElement)

let isScaling = false
let isPaused = false

/** @param {Controls} controls */
export function showSwitches(controls) {
  isScaling = controls.scaler.enabled
  isPaused = controls.approval.paused
  scalerSwitch.ariaChecked = String(isScaling)
  say(pause, isPaused ? 'Continue approval' : 'Pause approval')
}

scalerSwitch.addEventListener('click', () => {
  void carryOut(scaler, [scalerSwitch], async () => {
    const controls = await set('PUT', '/api/scaler', { enabled: !isScaling })
    return controls.scaler.enabled
      ? 'The scaler is on: it looks at the lag, and changes replicas.'
      : 'The scaler is off: replicas stay as they are.'
  })
})

pause.addEventListener('click', () => {
  void carryOut(breaking, [pause], async () => {
    const controls = await set('PUT', '/api/approval', { paused: !isPaused })
    return controls.approval.paused
      ? 'The approval service is paused: what it has to do waits.'
      : 'The approval service goes on.'
  })
})

poison.addEventListener('click', () => {
  void carryOut(breaking, [poison], async () => {
    await set('POST', '/api/poison')
    return 'Published. It is among the dead letters in a moment.'
  })
})

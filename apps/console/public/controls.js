/** @import { Controls } from '../src/console.api.js' */
import './create-user.js'
import { find } from './elements.js'
import { showLoad } from './load-control.js'
import { showReplicas } from './replica-control.js'
import { showSwitches } from './switches.js'

const reason = find(document, '#no-launcher')
const groups = document.querySelectorAll('fieldset[data-needs-launcher]')

/** @param {Controls} controls */
export function showControls(controls) {
  showLoad(controls.load)
  showReplicas(controls)
  showSwitches(controls)
  reason.hidden = controls.managesReplicas
  for (const group of groups) {
    group.toggleAttribute('disabled', !controls.managesReplicas)
    if (controls.managesReplicas) group.removeAttribute('aria-describedby')
    else group.setAttribute('aria-describedby', reason.id)
  }
}

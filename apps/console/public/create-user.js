import { carryOut } from './control.js'
import { find } from './elements.js'
import { send } from './requests.js'

const form = find(document, '#create-user', HTMLFormElement)
const submit = find(form, '[type=submit]', HTMLButtonElement)
const nameField = find(form, '[name=name]', HTMLInputElement)
const emailField = find(form, '[name=email]', HTMLInputElement)

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const email = emailField.value.trim()
  const user = { name: nameField.value, ...(email ? { email } : {}) }
  void carryOut(form, [submit], async () => {
    const response = await send('POST', '/api/users', user)
    const { id, state } = /** @type {{ id: string, state: string }} */ (await response.json())
    return [`Accepted, ${state}: operation `, operation(id, response.headers.get('location'))]
  })
})

/** Its id, as a link when it is known where it can be looked at. @param {string} id @param {string | null} location */
function operation(id, location) {
  const url = location === null ? null : URL.parse(location)
  const isAddress = url?.protocol === 'http:' || url?.protocol === 'https:'
  const element = document.createElement(isAddress ? 'a' : 'code')
  element.append(id)
  if (element instanceof HTMLAnchorElement && url) {
    element.href = url.href
    element.target = '_blank'
    element.rel = 'noreferrer'
  }
  return element
}

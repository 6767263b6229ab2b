/** What the console refuses, or cannot be asked, said so that a visitor knows what to do. */
export class RequestError extends Error {}

const PATIENCE_MS = 15_000

/**
 * @param {'POST' | 'PUT'} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON
 * @returns {Promise<Response>} an answer below 400
 * @throws {RequestError} for every other one, and for none
 */
export async function send(method, path, body) {
  /** @type {RequestInit} */
  const init = { method, signal: AbortSignal.timeout(PATIENCE_MS) }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'content-type': 'application/json' }
  }
  const response = await fetch(path, init).catch((/** @type {Error} */ error) => {
    throw new RequestError(
      error.name === 'TimeoutError'
        ? `The console has not answered within ${PATIENCE_MS / 1_000} s. It may have done it nevertheless.`
        : 'The console cannot be reached. Is it still running?',
    )
  })
  if (!response.ok) throw new RequestError(await problemOf(response))
  return response
}

/** The problem of an answer (RFC 9457), in words. @param {Response} response */
async function problemOf(response) {
  const status = `The console answered ${`${response.status} ${response.statusText}`.trim()}.`
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
  if (!isProblem) return status
  return inWords(await response.json().catch(() => ({}))) || status
}

/**
 * @param {{ title?: string, detail?: string, errors?: { pointer: string, detail: string }[] }} problem
 * @returns {string} empty when it says nothing
 */
export function inWords({ title, detail, errors = [] }) {
  const fields = errors.map(({ pointer, detail: wrong }) => capital(`${fieldOf(pointer)} ${wrong}`))
  return [detail ?? title ?? '', ...fields].filter(Boolean).map(ended).join(' ')
}

/** @param {string} pointer a JSON pointer */
const fieldOf = (pointer) => pointer.split('/').filter(Boolean).join(' ') || 'the body'

/** @param {string} text */
const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** With a full stop, where there is nothing like it. @param {string} text */
const ended = (text) => (/[.!?]$/.test(text) ? text : `${text}.`)

/** @import { Controls, Decision, Live, Sample } from '../src/console.api.js' */

/** A sample comes each second: after this long without one nobody is there. */
const SILENCE_MS = 10_000
/** The browser tries again by itself, unless it was refused. */
const AGAIN_MS = 2_000

/**
 * @typedef {object} Listener
 * @property {(live: Live) => void} start also after each reconnection
 * @property {(sample: Sample) => void} sample
 * @property {(decision: Decision) => void} decision
 * @property {(controls: Controls) => void} controls
 * @property {() => void} lost called once, until it is back
 */

/**
 * Follows the console for as long as the page is open.
 *
 * @param {string} url
 * @param {Listener} listener
 */
export function followLive(url, listener) {
  let heard = Date.now()
  let isLost = false
  /** @type {EventSource} */
  let source

  open()
  setInterval(() => {
    if (Date.now() - heard < SILENCE_MS) return
    lose()
    open()
  }, 1_000)

  function open() {
    heard = Date.now()
    source?.close()
    source = new EventSource(url)
    const opened = source
    on('start', listener.start)
    on('sample', listener.sample)
    on('decision', listener.decision)
    on('controls', listener.controls)
    source.addEventListener('error', () => {
      if (opened !== source) return
      lose()
      if (opened.readyState !== EventSource.CLOSED) return
      setTimeout(() => {
        if (opened === source) open()
      }, AGAIN_MS)
    })
  }

  /**
   * @template Data
   * @param {string} type
   * @param {(data: Data) => void} tell
   */
  function on(type, tell) {
    source.addEventListener(type, (/** @type {MessageEvent<string>} */ { data }) => {
      heard = Date.now()
      isLost = false
      tell(JSON.parse(data))
    })
  }

  function lose() {
    if (!isLost) listener.lost()
    isLost = true
  }
}

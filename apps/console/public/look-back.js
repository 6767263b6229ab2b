/** @import { SampleHistory } from './sample-history.js' */
import { timeOfDay } from './format.js'

/** How many samples a key goes on. @type {Readonly<Record<string, number>>} */
const STRIDES = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -30,
  PageUp: 30,
  Home: -Infinity,
  End: Infinity,
  Escape: Infinity,
}

/**
 * Lets keys move through the time of a chart, as the pointer does. It is a slider of seconds before now that says the values
 * where it stands, so that a history can be heard.
 */
export class LookBack {
  #element
  #values
  /** @type {SampleHistory | undefined} */
  #history
  /** @type {number | undefined} */
  #pointedAt

  /**
   * @param {HTMLElement} element of role slider
   * @param {() => string} values what is to be seen where it stands
   * @param {(time: number | undefined) => void} pointed
   */
  constructor(element, values, pointed) {
    this.#element = element
    this.#values = values
    element.addEventListener('blur', () => pointed(undefined))
    element.addEventListener('keydown', (event) => {
      const stride = STRIDES[event.key]
      if (stride === undefined || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      // At once: the next key may come before the next frame.
      this.#pointedAt = this.#after(stride)
      pointed(this.#pointedAt)
    })
  }

  /** @param {SampleHistory} history @param {number | undefined} pointedAt undefined: now */
  stand(history, pointedAt) {
    this.#history = history
    this.#pointedAt = pointedAt
    const latest = history.latest?.time ?? 0
    const first = history.samples[0]?.time ?? latest
    const element = this.#element
    element.ariaValueMin = String(Math.round((first - latest) / 1_000))
    element.ariaValueMax = '0'
    element.ariaValueNow = String(Math.round(((pointedAt ?? latest) - latest) / 1_000))
    // Not the values of now: they change each second, and would be read out each second.
    element.ariaValueText =
      pointedAt === undefined ? 'now' : `${timeOfDay(pointedAt)}: ${this.#values()}`
  }

  /** @param {number} stride @returns {number | undefined} */
  #after(stride) {
    const samples = this.#history?.samples ?? []
    const last = samples.length - 1
    const from =
      this.#pointedAt === undefined
        ? last
        : samples.findLastIndex(({ time }) => time <= (this.#pointedAt ?? 0))
    const to = Math.max(0, from + stride)
    return to >= last ? undefined : samples[to]?.time
  }
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** @param {number} value how many of something */
export const count = (value) => whole.format(value)

/** A number of things per second: small ones with a decimal. @param {number} value */
export const rate = (value) => (value < 10 ? tenths : whole).format(value)

/** Short enough for an axis: 1.2K. @param {number} value */
export const short = (value) => compact.format(value)

/** 223 ms, 4.2 s, 1 min 12 s, 2 h 5 min. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 0.9995) return `${count(seconds * 1_000)} ms`
  if (seconds < 9.95) return `${tenths.format(seconds)} s`
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  if (rounded < 3_600) return parts(Math.floor(rounded / 60), 'min', rounded % 60, 's')
  const minutes = Math.round(rounded / 60)
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/**
 * @param {number} large
 * @param {string} unit
 * @param {number} small
 * @param {string} smallUnit
 */
function parts(large, unit, small, smallUnit) {
  return `${count(large)} ${unit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`
}

/** Hours, minutes and seconds where the visitor is. @param {Date | number} at a time, or its milliseconds since 1970 */
export const timeOfDay = (at) => clock.format(at)

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export const counted = (number, one, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`

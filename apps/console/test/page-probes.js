// What tests look up inside of the page. Each function is sent there as it stands, so it has all that it needs within.

/**
 * Every text that is to be seen, with its contrast as of WCAG: from 1 to 21. What a disabled control says is left out, as
 * there.
 *
 * @returns {{ what: string, contrast: number }[]}
 */
export function textContrasts() {
  /** @type {{ what: string, contrast: number }[]} */
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    const what = node.textContent?.trim()
    if (!parent || !what || !parent.checkVisibility()) continue
    if (parent.closest(':disabled, noscript, .visually-hidden, .quiet')) continue
    found.push({ what, contrast: contrast(getComputedStyle(parent).color, ground(parent)) })
  }
  for (const field of document.querySelectorAll('input')) {
    if (field.type === 'range' || field.type === 'checkbox') continue
    for (const part of [null, '::placeholder']) {
      const { color } = getComputedStyle(field, part)
      const what = `${field.name} ${part ?? ''}`
      found.push({ what, contrast: contrast(color, ground(field)) })
    }
  }
  return found

  /** The first colour behind an element. @param {Element} element @returns {string} */
  function ground(element) {
    const { backgroundColor } = getComputedStyle(element)
    if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor
    return element.parentElement ? ground(element.parentElement) : 'rgb(255, 255, 255)'
  }

  /** @param {string} one @param {string} other */
  function contrast(one, other) {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }

  /** @param {string} colour as rgb(…) */
  function luminance(colour) {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
}

/**
 * How many pixels of a chart have exactly the colour of a custom property.
 *
 * @param {{ chart: string, property: string }} of
 * @returns {number}
 */
export function pixelsOf({ chart, property }) {
  const canvas = document.querySelector(`${chart} canvas`)
  if (!(canvas instanceof HTMLCanvasElement)) return 0
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(
    0,
    0,
    canvas.width,
    canvas.height,
  )
  const colour = getComputedStyle(document.documentElement).getPropertyValue(property).trim()
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  let pixels = 0
  for (let at = 0; at < data.length; at += 4) {
    if (wanted.every((part, index) => data[at + index] === part) && data[at + 3] === 255) pixels++
  }
  return pixels
}

/** What has the focus, empty for nothing, and whether that is to be seen. @returns {{ name: string, hasOutline: boolean }} */
export function focused() {
  const element = /** @type {HTMLElement} */ (document.activeElement)
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  const labels =
    'labels' in element && element.labels instanceof NodeList ? [...element.labels] : []
  if (element === document.body) return { name: '', hasOutline: false }
  const name = element.ariaLabel ?? labels[0]?.textContent ?? element.textContent
  return {
    name: (name ?? '').trim().replaceAll(/\s+/g, ' '),
    hasOutline: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
  }
}

/** What is wider than its place. @returns {string[]} */
export function cutOff() {
  /** @type {[name: string, place: Element][]} */
  const places = [
    ['the page', document.documentElement],
    ...[...document.querySelectorAll('.panel, .control, .books, .scaler')].map(
      (place) => /** @type {[string, Element]} */ ([place.id || place.className, place]),
    ),
  ]
  return places.filter(([, place]) => place.scrollWidth > place.clientWidth).map(([name]) => name)
}

/** How many animations run. */
export function animations() {
  return document.getAnimations().length
}

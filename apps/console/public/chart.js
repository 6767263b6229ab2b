/** @import { EChartsOption, LineSeriesOption } from '/vendor/echarts.esm.min.js' */
/** @import { Line, Panel } from './panels.js' */
/** @import { Ink } from './palette.js' */
/** @import { Point, SampleHistory } from './sample-history.js' */
// oxlint-disable-next-line import/no-absolute-path -- not a file of the page: the console serves it there.
import { init } from '/vendor/echarts.esm.min.js'

import { short, timeOfDay } from './format.js'
import { colourOf } from './palette.js'

/** A short history is not stretched beyond this. */
const SHORTEST_MS = 2 * 60_000
const MINUTE_MS = 60_000

/** The picture of a panel. What it shows is also in the panel's table: nobody has to read it from here. */
export class Chart {
  #chart
  #panel
  #pointer = document.createElement('div')

  /**
   * @param {HTMLElement} element
   * @param {Panel} panel
   */
  constructor(element, panel) {
    this.#panel = panel
    this.#chart = init(element)
    this.#pointer.className = 'pointer'
    element.append(this.#pointer)
    new ResizeObserver(() => this.#chart.resize()).observe(element)
  }

  /** Calls back with the time, in milliseconds, that the visitor points at; undefined: none. @param {(time: number | undefined) => void} pointed */
  onPoint(pointed) {
    const canvas = this.#chart.getZr()
    canvas.on('mousemove', ({ offsetX, offsetY }) => {
      const isInside = this.#chart.containPixel('grid', [offsetX, offsetY])
      pointed(isInside ? this.#chart.convertFromPixel({ xAxisIndex: 0 }, offsetX) : undefined)
    })
    canvas.on('globalout', () => pointed(undefined))
  }

  /** @param {SampleHistory} history @param {Line[]} lines */
  draw(history, lines) {
    const latest = history.latest?.time ?? Date.now()
    const first = Math.min(history.samples[0]?.time ?? latest, latest - SHORTEST_MS)
    this.#chart.setOption({
      ...this.#frame(first, latest),
      series: this.#series(history, lines),
    })
  }

  /** Marks a time, without drawing anything else anew. @param {number | undefined} time */
  point(time) {
    this.#pointer.hidden = time === undefined
    if (time === undefined) return
    const x = this.#chart.convertToPixel({ xAxisIndex: 0 }, time)
    this.#pointer.style.transform = `translateX(${Math.round(x)}px)`
  }

  /** @param {number} first @param {number} latest @returns {EChartsOption} */
  #frame(first, latest) {
    const { axis = short, atLeast, isWhole } = this.#panel
    const text = { color: colourOf('--muted'), fontSize: 11, fontFamily: 'system-ui, sans-serif' }
    const quiet = { lineStyle: { color: colourOf('--line') } }
    return {
      animation: false,
      grid: { left: 46, right: 12, top: 10, bottom: 22 },
      xAxis: {
        type: 'time',
        min: first,
        max: latest,
        splitNumber: 4,
        axisLine: quiet,
        axisTick: { show: false },
        axisLabel: { ...text, hideOverlap: true, formatter: tick },
      },
      yAxis: {
        type: 'value',
        min: 0,
        // No more than a hint: without a value the axis ends where the data do, at a round number.
        max: /** @type {(extent: { max: number }) => number} */ (
          ({ max }) => /** @type {number} */ (max < atLeast ? atLeast : null)
        ),
        splitNumber: 3,
        minInterval: isWhole ? 1 : 0,
        splitLine: quiet,
        axisLabel: { ...text, formatter: axis },
      },
    }
  }

  /** @param {SampleHistory} history @param {Line[]} lines @returns {LineSeriesOption[]} */
  #series(history, lines) {
    const { shape = 'line' } = this.#panel
    if (shape === 'stack') return stack(history, lines)
    return lines.map(({ name, ink, of }, index) => {
      const line = series(name, ink, history.points(of))
      if (shape === 'steps') line.step = 'end'
      return index === 0 && shape === 'steps' ? filled(line, ink, 0.12) : line
    })
  }
}

/** @param {string} name @param {Ink} ink @param {Point[]} points @returns {LineSeriesOption} */
function series(name, { colour, dashes }, points) {
  return {
    id: name,
    name,
    type: 'line',
    silent: true,
    symbol: 'none',
    data: points.map((point, index) => (isAlone(points, index) ? dot(point) : point)),
    lineStyle: { color: colourOf(colour), width: 1.75, type: dashes ? [...dashes] : 'solid' },
    itemStyle: { color: colourOf(colour) },
    emphasis: { disabled: true },
  }
}

/** A value between two holes: no line goes there. @param {Point[]} points @param {number} index */
function isAlone(points, index) {
  const has = (/** @type {number} */ at) => (points[at]?.[1] ?? null) !== null
  return has(index) && !has(index - 1) && !has(index + 1)
}

/** @param {Point} value */
const dot = (value) => ({ value, symbol: 'circle', symbolSize: 4 })

/** The first line on top, as in the table. @param {SampleHistory} history @param {Line[]} lines */
function stack(history, lines) {
  return lines.toReversed().flatMap(({ name, ink: { colour }, of, wanted = of }) => {
    const ready = series(name, { colour }, history.points(of))
    const target = series(`${name}, wanted`, { colour, dashes: [3, 3] }, history.points(wanted))
    return [
      filled({ ...ready, step: 'end', stack: 'ready' }, { colour }, 0.4),
      { ...target, step: /** @type {const} */ ('end'), stack: 'wanted' },
    ]
  })
}

/** @param {LineSeriesOption} line @param {Ink} ink @param {number} opacity @returns {LineSeriesOption} */
function filled(line, { colour }, opacity) {
  return { ...line, areaStyle: { color: colourOf(colour), opacity } }
}

/** Seconds only where they are not zero. @param {number} time */
function tick(time) {
  return time % MINUTE_MS === 0 ? timeOfDay(time).slice(0, 5) : timeOfDay(time)
}

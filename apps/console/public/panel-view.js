/** @import { Sample } from '../src/console.api.js' */
/** @import { Line, Panel } from './panels.js' */
/** @import { SampleHistory } from './sample-history.js' */
import { Chart } from './chart.js'
import { find, fromTemplate, say, swatch } from './elements.js'
import { timeOfDay } from './format.js'
import { LookBack } from './look-back.js'

/** A panel: a chart, and a table with what it shows, now or where the visitor points. */
export class PanelView {
  #panel
  #chart
  #lookBack
  #head
  #body
  /** @type {Map<string, HTMLTableCellElement[]>} the cells of each line */
  #rows = new Map()

  /**
   * @param {Panel} panel
   * @param {HTMLElement} place
   * @param {(time: number | undefined) => void} pointed
   */
  constructor(panel, place, pointed) {
    this.#panel = panel
    const figure = fromTemplate('panel-template')
    figure.id = `panel-${panel.id}`
    say(find(figure, 'h3'), panel.title)
    say(find(figure, '.hint'), panel.hint)
    say(find(figure, 'caption'), panel.title)
    const columns = panel.hasWanted ? ['now', 'wanted', 'highest'] : ['now', 'highest']
    this.#head = [panel.subject ?? 'line', ...columns].map(heading)
    if (!panel.subject) this.#head[0]?.classList.add('quiet')
    find(figure, 'thead tr').append(...this.#head)
    this.#body = find(figure, 'tbody')
    place.append(figure)
    const picture = find(figure, '.chart')
    picture.ariaLabel = `${panel.title}, the last ten minutes; also in the table below`
    this.#chart = new Chart(picture, panel)
    this.#chart.onPoint(pointed)
    this.#lookBack = new LookBack(picture, () => this.#spoken(), pointed)
  }

  /** @param {SampleHistory} history */
  draw(history) {
    this.#chart.draw(history, this.#panel.lines(history.samples))
  }

  /**
   * Says and marks what was at a time. After `draw`, which may have moved it.
   *
   * @param {SampleHistory} history
   * @param {number | undefined} pointedAt milliseconds since 1970; undefined: now
   */
  point(history, pointedAt) {
    const lines = this.#panel.lines(history.samples)
    const sample = pointedAt === undefined ? history.latest : history.at(pointedAt)
    const isNow = pointedAt === undefined || !sample
    this.#chart.point(isNow ? undefined : sample.time)
    const when = isNow ? 'now' : timeOfDay(sample.time)
    if (this.#head[1]) say(this.#head[1], this.#panel.hasWanted ? `ready ${when}` : when)
    for (const line of lines) this.#showRow(line, sample, history)
    this.#lookBack.stand(history, isNow ? undefined : sample.time)
  }

  /** @param {Line} line @param {Sample | undefined} sample @param {SampleHistory} history */
  #showRow(line, sample, history) {
    const { name, of, wanted } = line
    const cells = this.#rows.get(name) ?? this.#addRow(line)
    const values = [sample ? of(sample) : null, history.highest(of)]
    if (wanted) values.splice(1, 0, sample ? wanted(sample) : null)
    for (const [index, cell] of cells.entries()) say(cell, this.#value(values[index] ?? null))
    if (wanted) cells[1]?.classList.toggle('differs', values[0] !== values[1])
  }

  /** @param {Line} line */
  #addRow({ name, ink }) {
    const head = document.createElement('th')
    head.scope = 'row'
    head.append(swatch(ink, this.#panel.shape === 'stack'), name)
    const cells = this.#head.slice(1).map(() => document.createElement('td'))
    const row = document.createElement('tr')
    row.append(head, ...cells)
    this.#body.append(row)
    this.#rows.set(name, cells)
    return cells
  }

  /** What the table says of the time that it shows. */
  #spoken() {
    return [...this.#rows].map(([name, [value]]) => `${name} ${value?.textContent}`).join(', ')
  }

  /** @param {number | null} value */
  #value(value) {
    return value === null ? (this.#panel.absent ?? 'unknown') : this.#panel.format(value)
  }
}

/** @param {string} text */
function heading(text) {
  const cell = document.createElement('th')
  cell.scope = 'col'
  cell.append(text)
  return cell
}

/** One thing to look at: what it shows, and how wide it is of the 24 columns that Grafana has. */
export interface Panel {
  title: string
  /** What to see in it; Grafana shows it beside the title. */
  description: string
  kind: 'lines' | 'stacked' | 'bars' | 'number' | 'table'
  /** One of Grafana's units: `ops` a second, `s` seconds, `short` a number, … */
  unit: string
  width: 6 | 8 | 12 | 24
  queries: Query[]
}

export interface Query {
  /** PromQL; `$namespace` is the dashboard's. */
  expr: string
  /** What a line is called: labels in `{{ }}`. */
  legend: string
}

const HEIGHT = 8
const COLUMNS = 24
const TYPES = {
  lines: 'timeseries',
  stacked: 'timeseries',
  bars: 'timeseries',
  number: 'stat',
  table: 'table',
} as const

/** Panels from left to right, and on the next line where there is no room. */
export function laidOut(panels: Panel[], top: number): { panels: object[]; bottom: number } {
  let [x, y] = [0, top]
  const placed = panels.map((panel) => {
    if (x + panel.width > COLUMNS) [x, y] = [0, y + HEIGHT]
    const gridPos = { x, y, w: panel.width, h: HEIGHT }
    x += panel.width
    return { ...asGrafana(panel), gridPos }
  })
  return { panels: placed, bottom: y + HEIGHT }
}

function asGrafana({ title, description, kind, unit, queries }: Panel): object {
  return {
    type: TYPES[kind],
    title,
    description,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint('A'.codePointAt(0)! + index),
      expr,
      legendFormat: legend,
      ...(kind === 'table' ? { format: 'table', instant: true } : {}),
    })),
    fieldConfig: { defaults: { unit, min: 0, custom: drawn(kind) }, overrides: [] },
    options: kind === 'number' || kind === 'table' ? {} : LINE_OPTIONS,
  }
}

const LINE_OPTIONS = {
  legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
  tooltip: { mode: 'multi', sort: 'desc' },
}

function drawn(kind: Panel['kind']): object {
  if (kind === 'number' || kind === 'table') return {}
  return {
    drawStyle: kind === 'bars' ? 'bars' : 'line',
    fillOpacity: kind === 'lines' ? 0 : 30,
    lineWidth: 1,
    showPoints: 'never',
    stacking: { mode: kind === 'stacked' ? 'normal' : 'none', group: 'A' },
  }
}

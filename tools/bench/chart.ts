import { LineChart, type LineSeriesOption } from 'echarts/charts'
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components'
import { type ComposeOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Run, Sample } from './report.ts'
import { count, figure, oneDecimal } from './table.ts'

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

type ChartOption = ComposeOption<
  LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption
>

type YAxis = Extract<ChartOption['yAxis'], unknown[]>[number]

interface Line {
  name: string
  of: (sample: Sample) => number | undefined
}

interface Panel {
  title: string
  lines: Line[]
  isLogarithmic?: boolean
  /** A second scale for the same lines. */
  onTheRight?: { title: string; times: number }
}

const WIDTH = 960
const LEFT = 70
/** Where the lines end and the names of the lines begin. */
const RIGHT = 690
const LEGEND = 750
const HEAD = 92
const FOOT = 42
const PANEL = { least: 230, title: 34, foot: 22, ofLine: 22 }

/** Okabe and Ito's colours for everybody, without the yellow, which is too pale on white. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#e69f00', '#56b4e9']
/** No divisor of the number of colours, so that together they tell 28 lines apart. */
const STROKES: ('solid' | number[])[] = ['solid', [8, 4], [2, 3], [10, 3, 2, 3]]
const TEXT = '#222222'
const GRID = '#dddddd'

/** A run over time, as an SVG image. */
export function chartOf(run: Run): string {
  const panels = placed(panelsOf(run))
  const height = panels.reduce((sum, panel) => sum + panel.height, HEAD + FOOT)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(optionOf(run, panels))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

function panelsOf({ samples }: Run): Panel[] {
  const namesIn = (records: Record<string, number>[]) => [...new Set(records.flatMap(Object.keys))]
  return [
    {
      title: 'operations a second',
      lines: [
        { name: 'accepted', of: ({ acceptedPerSecond }) => acceptedPerSecond },
        { name: 'finished', of: ({ finishedPerSecond }) => finishedPerSecond },
      ],
      onTheRight: { title: 'events a second', times: 4 },
    },
    {
      title: 'latency of POST, ms',
      lines: [
        { name: 'p50', of: ({ latency }) => latency.p50 },
        { name: 'p99', of: ({ latency }) => latency.p99 },
      ],
      isLogarithmic: true,
    },
    {
      title: 'lag, records',
      lines: namesIn(samples.map(({ lag }) => lag)).map((name) => ({
        name,
        of: ({ lag }) => lag[name],
      })),
    },
    {
      title: 'memory, MB',
      lines: namesIn(samples.map(({ memory }) => memory)).map((name) => ({
        name,
        of: ({ memory }) => memory[name] && memory[name] / 1e6,
      })),
    },
  ]
}

type PlacedPanel = Panel & { top: number; height: number }

function placed(panels: Panel[]): PlacedPanel[] {
  let top = HEAD
  return panels.map((panel) => {
    const { least, title, foot, ofLine } = PANEL
    const height = Math.max(least, title + foot + panel.lines.length * ofLine)
    const place = { ...panel, top, height }
    top += height
    return place
  })
}

function optionOf(run: Run, panels: PlacedPanel[]): ChartOption {
  const end = Math.ceil(run.samples.at(-1)?.at ?? 1)
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { color: TEXT, fontFamily: 'Helvetica, Arial, sans-serif' },
    title: [headingOf(run), ...panels.map(panelTitleOf)],
    legend: panels.map(({ lines, top }, index) => ({
      // A line's name may stand in two panels, so the series' names say which.
      data: lines.map(({ name }) => seriesName(index, name)),
      formatter: (name: string) => name.slice(name.indexOf(' ') + 1),
      orient: 'vertical',
      left: LEGEND,
      top: top + PANEL.title - 5,
      itemWidth: 34,
      itemGap: 8,
      itemStyle: { opacity: 0 },
      textStyle: { color: TEXT },
    })),
    grid: panels.map(({ top, height }) => ({
      left: LEFT,
      width: RIGHT - LEFT,
      top: top + PANEL.title,
      height: height - PANEL.title - PANEL.foot,
      outerBoundsMode: 'none',
    })),
    xAxis: panels.map((_, index) => {
      const isLast = index === panels.length - 1
      return {
        type: 'value',
        gridIndex: index,
        min: 0,
        max: end,
        axisLine: { onZero: false, lineStyle: { color: TEXT } },
        axisLabel: { show: isLast, color: TEXT, hideOverlap: true },
        splitLine: { lineStyle: { color: GRID } },
        ...(isLast
          ? {
              name: 'seconds since the load began',
              nameLocation: 'middle' as const,
              nameGap: 28,
              nameTextStyle: { color: TEXT },
            }
          : {}),
      }
    }),
    yAxis: panels.flatMap((panel, index) => yAxesOf(panel, index, run.samples)),
    series: panels.flatMap((panel, index) => seriesOf(panel, index, run.samples)),
  }
}

function headingOf(run: Run) {
  const { system, rate, connections, partitions, seconds, post, faults } = run
  const figures = figure(run)
  const facts = [
    rate === undefined ? `${count(connections)} clients` : `${count(rate)} users/s sent`,
    `${count(partitions)} partitions`,
    `${count(seconds)} s measured`,
    ...(figures.counts ? [`${oneDecimal(figures.cpuPerEvent)} µs CPU per event`] : []),
    `POST p99 ${oneDecimal(post.p99)} ms`,
  ]
  const verdict = faults[0] === undefined ? 'sustained' : `not sustained: ${faults[0]}`
  return {
    left: HEADING_LEFT,
    top: 10,
    itemGap: 8,
    text: figures.counts ? `${system}: ${count(figures.eventsPerSecond)} events/s` : system,
    subtext: [facts.join(', '), figures.counts ? verdict : figures.why].map(cut).join('\n'),
    textStyle: { color: TEXT, fontSize: 20 },
    subtextStyle: { color: TEXT, fontSize: 13, lineHeight: 18 },
  }
}

/** Titles neither wrap nor end by themselves. */
function cut(line: string): string {
  return line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line
}

/** Characters that surely fit. */
const LINE = 120

const HEADING_LEFT = 15

function panelTitleOf({ title, top }: PlacedPanel) {
  return { text: title, left: HEADING_LEFT, top, textStyle: { color: TEXT, fontSize: 13 } }
}

function yAxesOf(
  { lines, isLogarithmic, onTheRight }: Panel,
  index: number,
  samples: Sample[],
): YAxis[] {
  const left: YAxis = {
    id: axisId(index),
    type: isLogarithmic ? 'log' : 'value',
    gridIndex: index,
    axisLabel: { color: TEXT, formatter: (value: number) => count(value) },
    splitLine: { lineStyle: { color: GRID } },
  }
  if (!onTheRight) return [left]
  // An axis without lines of its own has no scale of its own.
  const scale = scaleTo(Math.max(0, ...samples.flatMap((s) => lines.map(({ of }) => of(s) ?? 0))))
  const right: YAxis = {
    type: 'value',
    gridIndex: index,
    ...scale,
    position: 'right',
    axisLabel: {
      color: TEXT,
      formatter: (value: number) => count(value * onTheRight.times),
    },
    splitLine: { show: false },
    name: onTheRight.title,
    nameTextStyle: { color: TEXT, fontSize: 13, fontWeight: 'bold' },
  }
  return [{ ...left, ...scale }, right]
}

/** From 0 to round numbers, in at most five steps. */
function scaleTo(most: number): { min: number; max: number; interval: number } {
  const step = Math.max(most, 1) / 5
  const power = 10 ** Math.floor(Math.log10(step))
  const interval = power * ([1, 2, 2.5, 5].find((times) => times * power >= step) ?? 10)
  return { min: 0, max: interval * Math.ceil(Math.max(most, 1) / interval), interval }
}

function seriesOf({ lines, isLogarithmic }: Panel, index: number, samples: Sample[]) {
  return lines.map(({ name, of }, line) => {
    const color = COLOURS[line % COLOURS.length]!
    return {
      type: 'line' as const,
      name: seriesName(index, name),
      xAxisIndex: index,
      yAxisId: axisId(index),
      symbol: 'none',
      sampling: 'lttb' as const,
      color,
      lineStyle: { color, width: 2, type: STROKES[line % STROKES.length]! },
      data: samples.map((sample) => {
        const value = of(sample)
        // There is no zero on a logarithmic axis.
        return [sample.at, value === undefined || (isLogarithmic && value <= 0) ? null : value]
      }),
    }
  })
}

function axisId(panel: number): string {
  return `axis ${panel}`
}

function seriesName(panel: number, name: string): string {
  return `${panel} ${name}`
}

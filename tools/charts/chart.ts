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
import { count } from '../console/table.ts'

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

type ChartOption = ComposeOption<
  LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption
>

type YAxis = Extract<ChartOption['yAxis'], unknown[]>[number]

interface Line<Sample> {
  name: string
  of: (sample: Sample) => number | undefined
}

export interface Panel<Sample> {
  title: string
  lines: Line<Sample>[]
  isLogarithmic?: boolean
  /** A second scale for the same lines. */
  onTheRight?: { title: string; times: number }
}

export interface Chart<Sample> {
  title: string
  /** Below the title; cut where they are too long. */
  facts: string[]
  /** One below the other. */
  panels: Panel<Sample>[]
  /** By time, `at` in seconds. */
  samples: readonly Sample[]
  /** Of the time. */
  axis: string
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

/** Lines over time in panels, as an SVG image. */
export function drawChart<Sample extends { at: number }>(drawn: Chart<Sample>): string {
  const panels = placed(drawn.panels)
  const height = panels.reduce((sum, panel) => sum + panel.height, HEAD + FOOT)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(optionOf(drawn, panels))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

type PlacedPanel<Sample> = Panel<Sample> & { top: number; height: number }

function placed<Sample>(panels: Panel<Sample>[]): PlacedPanel<Sample>[] {
  let top = HEAD
  return panels.map((panel) => {
    const { least, title, foot, ofLine } = PANEL
    const height = Math.max(least, title + foot + panel.lines.length * ofLine)
    const place = { ...panel, top, height }
    top += height
    return place
  })
}

function optionOf<Sample extends { at: number }>(
  { title, facts, samples, axis }: Chart<Sample>,
  panels: PlacedPanel<Sample>[],
): ChartOption {
  const end = Math.ceil(samples.at(-1)?.at ?? 1)
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { color: TEXT, fontFamily: 'Helvetica, Arial, sans-serif' },
    title: [headingOf(title, facts), ...panels.map(panelTitleOf)],
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
              name: axis,
              nameLocation: 'middle' as const,
              nameGap: 28,
              nameTextStyle: { color: TEXT },
            }
          : {}),
      }
    }),
    yAxis: panels.flatMap((panel, index) => yAxesOf(panel, index, samples)),
    series: panels.flatMap((panel, index) => seriesOf(panel, index, samples)),
  }
}

function headingOf(title: string, facts: string[]) {
  return {
    left: HEADING_LEFT,
    top: 10,
    itemGap: 8,
    text: title,
    subtext: facts.map(cut).join('\n'),
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

function panelTitleOf({ title, top }: { title: string; top: number }) {
  return { text: title, left: HEADING_LEFT, top, textStyle: { color: TEXT, fontSize: 13 } }
}

function yAxesOf<Sample>(
  { lines, isLogarithmic, onTheRight }: Panel<Sample>,
  index: number,
  samples: readonly Sample[],
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

function seriesOf<Sample extends { at: number }>(
  { lines, isLogarithmic }: Panel<Sample>,
  index: number,
  samples: readonly Sample[],
) {
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

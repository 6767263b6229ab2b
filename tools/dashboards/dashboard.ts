import { laidOut, type Panel } from './panel.ts'

/** A page of panels, under headings. */
export interface Dashboard {
  uid: string
  title: string
  rows: { title: string; panels: Panel[] }[]
}

/** As Grafana reads it from a file. */
export function asJson({ uid, title, rows }: Dashboard): object {
  const panels: object[] = []
  let top = 0
  for (const row of rows) {
    panels.push({
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: top, w: 24, h: 1 },
    })
    const placed = laidOut(row.panels, top + 1)
    panels.push(...placed.panels)
    top = placed.bottom
  }
  return {
    uid,
    title,
    tags: ['tideway'],
    editable: false,
    schemaVersion: 39,
    time: { from: 'now-30m', to: 'now' },
    refresh: '10s',
    timezone: 'browser',
    templating: { list: [NAMESPACE] },
    panels: panels.map((panel, index) => ({ id: index + 1, ...panel })),
  }
}

const NAMESPACE = {
  name: 'namespace',
  label: 'Namespace',
  type: 'query',
  datasource: { type: 'prometheus', uid: 'prometheus' },
  query: { query: 'label_values(up{job="tideway"}, namespace)', refId: 'namespace' },
  refresh: 2,
  sort: 1,
  includeAll: false,
  multi: false,
}

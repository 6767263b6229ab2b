import { asJson, type Dashboard } from './dashboard.ts'
import { processes } from './processes.dashboard.ts'
import { tideway } from './tideway.dashboard.ts'

/** Each dashboard, by the name of its file in `monitoring/grafana/dashboards`. */
export const dashboards: Record<string, Dashboard> = { tideway, processes }

/** The files' contents. */
export function dashboardFiles(): [name: string, content: object][] {
  return Object.entries(dashboards).map(([name, dashboard]) => [`${name}.json`, asJson(dashboard)])
}

import { spawn } from 'node:child_process'

/** How a page is opened here; undefined where there is no screen to open it on. */
export function openerOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | undefined {
  if (platform === 'darwin') return 'open'
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined
}

/** Shows a page, if that can be done; its address is printed anyway. */
export function openPage(url: string): void {
  const opener = openerOf(process.platform, process.env)
  if (opener === undefined) return
  const child = spawn(opener, [url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}

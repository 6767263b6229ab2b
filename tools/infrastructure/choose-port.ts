import { say } from '../console/say.ts'
import { freePort, isPortFree } from '../processes/ports.ts'
import type { ServerOptions } from './options.ts'

/** The port a server is to listen on, chosen once: it keeps it over restarts. */
export async function choosePort(
  name: string,
  { port, preferredPort }: Pick<ServerOptions, 'port' | 'preferredPort'>,
): Promise<number> {
  if (port !== undefined) return port
  if (preferredPort !== undefined && (await isPortFree(preferredPort))) return preferredPort
  const free = await freePort()
  if (preferredPort !== undefined) {
    say(`Port ${preferredPort} is in use: the ${name} takes ${free}.`)
  }
  return free
}

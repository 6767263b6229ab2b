import { createServer } from 'node:net'

/** Below what Linux (32768) and macOS (49152) give to outgoing connections: a port stays free over a restart. */
const ordinary = { first: 20_000, last: 29_999 }
/** Nobody else's: for what comes and goes, and must find its port free again. */
export const reserved = { first: 30_000, last: 32_700 }

/** Whether a server could listen there, on any address of this machine. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

export async function freePort({ first, last } = ordinary): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first + 1))
    if (await isPortFree(port)) return port
  }
}

/** An address that this machine does not have (no IPv6, say) is not in use. */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')
    })
    server.listen({ port, host, exclusive: true, ipv6Only: host === '::' }, () => {
      server.close(() => resolve(true))
    })
  })
}

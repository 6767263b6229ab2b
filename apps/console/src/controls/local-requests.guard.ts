import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common'
import { type FastifyRequest } from 'fastify'
import { type IncomingHttpHeaders } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'

import { ProblemException } from '#service-defaults'

/** Names that no server of names can point elsewhere, as a page that means harm would have its own do. */
const LOCAL_NAME = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Lets only requests change something that come from this machine, and from no page but the console's own. */
@Injectable()
export class LocalRequestsGuard implements CanActivate {
  /** @throws ProblemException 403 */
  canActivate(context: ExecutionContext): true {
    const { headers, socket } = context.switchToHttp().getRequest<FastifyRequest>()
    const detail = refusalOf(headers, socket.remoteAddress)
    if (detail !== undefined) throw new ProblemException({ status: 403, detail })
    return true
  }
}

/**
 * Why a request may change nothing, and what to do instead.
 * @param remoteAddress undefined when who asked is gone already
 * @returns undefined for one that may
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  remoteAddress: string | undefined,
): string | undefined {
  const { host = '', origin } = headers
  if (!isLoopback(remoteAddress)) {
    return 'Controls answer only this machine: open the console on the machine that it runs on.'
  }
  if (!LOCAL_NAME.test(host)) {
    return 'Controls answer only to the name localhost: open the console at http://localhost, with its port.'
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return "Controls answer only the console's own page, not one of another origin: use the buttons there, or a client without an Origin header."
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return "Controls answer only the console's own page: use the buttons there."
  }
  return undefined
}

function isLoopback(address: string | undefined): boolean {
  // An IPv4 address in the form of IPv6 is found among those of IPv4.
  return address !== undefined && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

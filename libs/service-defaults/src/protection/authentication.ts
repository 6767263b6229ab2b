import type { IncomingHttpHeaders } from 'node:http'
import { HttpStatus } from '@nestjs/common'
import { ProblemException } from '../problem/problem.exception.js'
import { API_KEY_HEADER, ApiKeys } from './api-keys.js'
import type { ProtectionSettings } from './protection.settings.js'
import { TokenRefused, Tokens } from './tokens.js'

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i

const REALM = 'realm="tideway"'

/** Finds out who a client is. Of several ways that are on, any one suffices. */
export class Authentication {
  constructor(
    private readonly keys: ApiKeys | undefined,
    private readonly tokens: Tokens | undefined,
  ) {}

  /** Undefined when the settings ask for none. */
  static of(settings: ProtectionSettings): Authentication | undefined {
    const { API_KEYS, JWT_JWKS_URI, JWT_ISSUER, JWT_AUDIENCE } = settings
    const keys = API_KEYS && new ApiKeys(API_KEYS)
    const tokens =
      JWT_JWKS_URI !== undefined && JWT_ISSUER !== undefined && JWT_AUDIENCE !== undefined
        ? new Tokens({ keys: JWT_JWKS_URI, name: JWT_ISSUER, audience: JWT_AUDIENCE })
        : undefined
    return keys || tokens ? new Authentication(keys, tokens) : undefined
  }

  /**
   * @returns `key:` and the name of the key's owner, or `token:` and the token's subject
   * @throws ProblemException 401; a ServiceError `keys-unavailable`
   */
  async clientOf(headers: IncomingHttpHeaders): Promise<string> {
    const key = this.keys && [headers['x-api-key'] ?? []].flat().join()
    const owner = key && this.keys?.ownerOf(key)
    if (owner) return `key:${owner}`
    const token = this.tokens && BEARER.exec(headers.authorization ?? '')?.[1]
    if (this.tokens && token !== undefined) {
      try {
        return `token:${await this.tokens.subjectOf(token)}`
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error
        throw this.refusal(`${error.message} Get a new one.`, ', error="invalid_token"')
      }
    }
    throw this.refusal(key ? `The key in ${API_KEY_HEADER} is not known here.` : this.whatToSend())
  }

  private whatToSend(): string {
    const ways = [
      ...(this.keys ? [`a key as ${API_KEY_HEADER}`] : []),
      ...(this.tokens ? ['a token as Authorization: Bearer'] : []),
    ]
    return `Send ${ways.join(', or ')}.`
  }

  private refusal(detail: string, tokenFault = ''): ProblemException {
    const challenges = [
      ...(this.tokens ? [`Bearer ${REALM}${tokenFault}`] : []),
      // No scheme of the registry: a header of its own has none.
      ...(this.keys ? [`ApiKey ${REALM}, header="${API_KEY_HEADER}"`] : []),
    ]
    return new ProblemException(
      { status: HttpStatus.UNAUTHORIZED, detail },
      { 'WWW-Authenticate': challenges.join(', ') },
    )
  }
}

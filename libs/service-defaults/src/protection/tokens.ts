import { Logger } from '@nestjs/common'
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'
import { ServiceError } from '../problem/service-error.js'

/** Where tokens come from, and whom they are for. */
export interface TokenIssuer {
  /** The address of the issuer's public keys, a JSON Web Key Set. */
  keys: string
  /** As tokens name it in `iss`. */
  name: string
  /** What tokens for this API name in `aud`. */
  audience: string
}

/** Those of private and public keys. With the others, whoever can check a token can make one. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]

/** By how much two clocks may differ, in seconds. */
const CLOCK_SKEW = 5
/** A client is told within two seconds that a token cannot be checked. In milliseconds. */
const FETCH_WITHIN = 1_500
/** Keys that could not be fetched are not asked for again so soon, in milliseconds. */
const TRY_AGAIN_AFTER = 1_000
/** OpenID Connect allows no longer one. */
const LONGEST_SUBJECT = 255

/** Faults of the token, not of the way to the keys. */
const TOKEN_FAULTS = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
]

/** A token that is refused; the message is for the client. */
export class TokenRefused extends Error {}

/** Checks the tokens of one issuer. */
export class Tokens {
  private readonly logger = new Logger(Tokens.name)
  private readonly keys: JWTVerifyGetKey
  /** When the keys were asked for the last time, if they could not be fetched. */
  private awaySince: number | undefined

  constructor(private readonly issuer: TokenIssuer) {
    this.keys = createRemoteJWKSet(new URL(issuer.keys), {
      timeoutDuration: FETCH_WITHIN,
      [customFetch]: (...request) => this.fetchKeys(...request),
    })
  }

  /**
   * Whom the token is about, its `sub`.
   *
   * @throws TokenRefused; a ServiceError `keys-unavailable` when the issuer's keys are needed and cannot be fetched
   */
  async subjectOf(token: string): Promise<string> {
    try {
      const { payload } = await jwtVerify(token, (...key) => this.key(...key), {
        issuer: this.issuer.name,
        audience: this.issuer.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_SKEW,
      })
      if (isSubject(payload.sub)) return payload.sub
    } catch (error) {
      if (error instanceof ServiceError) throw error
      // What else went wrong is the issuer's and the client's business, and may quote the token.
      if (error instanceof errors.JWTExpired) throw new TokenRefused('The token has expired.')
    }
    throw new TokenRefused('The token is not valid here.')
  }

  private async key(...[header, token]: Parameters<JWTVerifyGetKey>) {
    try {
      return await this.keys(header, token)
    } catch (error) {
      if (TOKEN_FAULTS.some((fault) => error instanceof fault)) throw error
      if (this.awaySince === undefined) {
        this.logger.warn('tokens cannot be checked: JWT_JWKS_URI cannot be fetched', error)
      }
      this.awaySince ??= performance.now()
      throw new ServiceError('keys-unavailable', { cause: error })
    }
  }

  /** Asked by `keys` when it does not know a key, or has not looked for a while. */
  private async fetchKeys(...request: Parameters<FetchImplementation>): Promise<Response> {
    const now = performance.now()
    if (this.awaySince !== undefined) {
      if (now - this.awaySince < TRY_AGAIN_AFTER) throw new Error('asked for a moment ago')
      this.awaySince = now
    }
    const response = await fetch(...request)
    if (response.status === 200 && this.awaySince !== undefined) {
      this.logger.log('the keys of tokens are fetched again')
      this.awaySince = undefined
    }
    return response
  }
}

/** jose looks whether it is there, not what it is. */
function isSubject(sub: unknown): sub is string {
  return typeof sub === 'string' && sub !== '' && sub.length <= LONGEST_SUBJECT
}

import type { OpenAPIObject } from '@nestjs/swagger'
import { operationsOf, type Operation } from '../http/operations-of.js'
import { problemResponse } from '../problem/problem-response.js'
import { API_KEY_HEADER } from './api-keys.js'
import type { ProtectionSettings } from './protection.settings.js'

type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>
type SecuritySchemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>

const RETRY_AFTER = {
  description: 'When to repeat the request, in seconds.',
  schema: { type: 'integer', minimum: 1 },
  example: 30,
} as const

const CHALLENGE = {
  description: 'How a client can say who it is.',
  schema: { type: 'string' },
  example: `ApiKey realm="tideway", header="${API_KEY_HEADER}"`,
} as const

/** Adds who may call and how often, as far as the settings ask for that; changes the document. */
export function documentProtection(document: OpenAPIObject, settings: ProtectionSettings): void {
  const { RATE_LIMIT_PER_MINUTE: perMinute = 0 } = settings
  const schemes = securitySchemes(settings)
  if (Object.keys(schemes).length > 0) documentAuthentication(document, schemes)
  if (perMinute > 0) documentRateLimit(document, perMinute)
}

function securitySchemes({ API_KEYS, JWT_JWKS_URI, JWT_ISSUER }: ProtectionSettings) {
  const schemes: SecuritySchemes = {}
  if (API_KEYS) {
    schemes['key'] = {
      type: 'apiKey',
      in: 'header',
      name: API_KEY_HEADER,
      description: 'The key that you were given.',
    }
  }
  if (JWT_JWKS_URI !== undefined) {
    schemes['token'] = {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: `A token of ${JWT_ISSUER}.`,
    }
  }
  return schemes
}

function documentAuthentication(document: OpenAPIObject, schemes: SecuritySchemes): void {
  document.components = { ...document.components, securitySchemes: schemes }
  // Any one of them suffices.
  document.security = Object.keys(schemes).map((name) => ({ [name]: [] }))
  for (const { responses } of operationsOf(document)) {
    responses[401] = {
      ...problemResponse(401, 'It is not known who sent the request.'),
      headers: { 'WWW-Authenticate': { ...CHALLENGE, required: true } },
    }
    if (schemes['token']) {
      alsoSay(responses, 503, 'Tokens cannot be checked at the moment.', {
        'Retry-After': RETRY_AFTER,
      })
    }
  }
}

function documentRateLimit(document: OpenAPIObject, perMinute: number): void {
  const headers = {
    'RateLimit-Policy': {
      description: 'How many requests a client may send (`q`) in how many seconds (`w`).',
      schema: { type: 'string' },
      example: `"per-client";q=${perMinute};w=60`,
    },
    RateLimit: {
      description:
        'How many of them are left (`r`), and the seconds until all are there again (`t`).',
      schema: { type: 'string' },
      example: `"per-client";r=${perMinute - 1};t=60`,
    },
  } as const
  for (const { responses } of operationsOf(document)) {
    for (const status of Object.keys(responses).filter((each) => each.startsWith('2'))) {
      alsoSay(responses, status, '', headers)
    }
    alsoSay(responses, 429, `The client sent more than ${perMinute} requests in a minute.`, {
      ...headers,
      'Retry-After': RETRY_AFTER,
    })
  }
}

/** Adds to what an answer of a call is documented to be. */
function alsoSay(
  responses: Operation['responses'],
  status: number | string,
  sentence: string,
  headers: NonNullable<Response['headers']>,
): void {
  const told = responses[status]
  if (told === undefined || '$ref' in told) return
  responses[status] = {
    ...told,
    description: `${told.description} ${sentence}`.trim(),
    headers: { ...told.headers, ...headers },
  }
}

import { Body, Controller, Get, Module, Post } from '@nestjs/common'
import { ApiProperty } from '@nestjs/swagger'
import { describe, expect, it } from 'vitest'
import { createTestApp, SERVICE_DEFAULTS } from '../test/create-test-app.js'
import { startProtected } from '../test/start-protected.js'
import { BODY_LIMIT_BYTES, HEADER_LIMIT_BYTES } from './http/limits.js'
import type { ProtectionSettings } from './protection/protection.settings.js'
import { ApiProblem, ApiUnavailable, serveApiDocs } from './swagger.js'

class NewThing {
  @ApiProperty({ maxLength: 9 })
  name: string
}

@Controller('things')
class ThingController {
  @Get()
  @ApiProblem(404, 'There is no such thing.', { instance: '/things/1' })
  find(): string {
    return 'a thing'
  }

  @Post()
  @ApiProblem(429, 'Too many things.')
  @ApiUnavailable('Nothing is stored.', 'database-unavailable', 'outcome-unknown')
  create(@Body() thing: NewThing): string {
    return thing.name
  }
}

@Module({ imports: [SERVICE_DEFAULTS], controllers: [ThingController] })
class ThingModule {}

async function start() {
  const app = await createTestApp({ imports: [ThingModule] })
  serveApiDocs(app, { title: 'Things', description: 'All of them.', version: '1.2.3', tags: {} })
  return app.init()
}

interface OpenApi {
  openapi: string
  info: unknown
  paths: Record<string, Record<string, Documented>>
  components: { schemas: Record<string, { required: string[]; additionalProperties?: boolean }> }
}

interface Documented {
  requestBody?: { description: string }
  responses: Record<string, { description: string }>
}

interface Unavailable {
  503: {
    headers: Record<string, { required: boolean }>
    content: Record<
      'application/problem+json',
      { examples: Record<string, { value: { status: number; type: string } }> }
    >
  }
}

describe('/docs', () => {
  it('is Swagger UI with all its files', async () => {
    const app = await start()
    const page = await app.inject('/docs')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
    const files = [...page.body.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)]
    expect(files.length).toBeGreaterThan(2)
    for (const [, file] of files) {
      const { statusCode } = await app.inject(`/${file}`)
      expect({ file, statusCode }).toEqual({ file, statusCode: 200 })
    }
  })

  it('answers an unknown file with a problem', async () => {
    const answer = await (await start()).inject('/docs/nothing.js')
    expect(answer.statusCode).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })
})

describe('/docs/openapi.json', () => {
  it('is OpenAPI 3.1 of the API alone: no probes, no metrics', async () => {
    const answer = await (await start()).inject('/docs/openapi.json')
    const document = answer.json<OpenApi>()
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'Things', version: '1.2.3' })
    expect(Object.keys(document.paths)).toEqual(['/things'])
  })

  it('shows problems with their media type, schema and example', async () => {
    const answer = await (await start()).inject('/docs/openapi.json')
    const document = answer.json<OpenApi>()
    expect(document.paths['/things']).toMatchObject({
      get: {
        responses: {
          404: {
            description: 'There is no such thing.',
            content: {
              'application/problem+json': {
                schema: { $ref: '#/components/schemas/ProblemDocument' },
                example: { title: 'Not Found', status: 404, instance: '/things/1' },
              },
            },
          },
        },
      },
    })
    expect(document.components.schemas['ProblemDocument']?.required).toEqual([
      'type',
      'title',
      'status',
      'detail',
    ])
    expect(document.components.schemas).toHaveProperty('FieldProblem')
  })

  it('shows a 503 for each reason, and that it says when to come back', async () => {
    const answer = await (await start()).inject('/docs/openapi.json')
    const { paths } = answer.json<OpenApi>()
    const { get, post } = paths['/things'] as unknown as Record<string, { responses: Unavailable }>
    for (const call of [get, post]) {
      expect(call!.responses['503'].headers).toMatchObject({ 'Retry-After': { required: true } })
    }
    const examplesOf = (call: { responses: Unavailable } | undefined) =>
      Object.entries(call!.responses['503'].content['application/problem+json'].examples).map(
        ([name, { value }]) => [name, value.status, value.type],
      )
    const stopping = ['shutting-down', 503, 'urn:tideway:problem:shutting-down']
    expect(examplesOf(get)).toEqual([stopping])
    expect(examplesOf(post)).toEqual([
      ['database-unavailable', 503, 'urn:tideway:problem:database-unavailable'],
      ['outcome-unknown', 503, 'urn:tideway:problem:outcome-unknown'],
      stopping,
    ])
  })

  it('tells of the limits that every call has', async () => {
    const answer = await (await start()).inject('/docs/openapi.json')
    const { info, paths, components } = answer.json<OpenApi & { info: { description: string } }>()
    expect(info.description).toMatch(/^All of them\.\n\n## /)
    for (const limit of [`${BODY_LIMIT_BYTES} bytes`, `${HEADER_LIMIT_BYTES} bytes`, '10 s']) {
      expect(info.description).toContain(limit)
    }
    const { get, post } = paths['/things']!
    const always = ['400', '408', '417', '429', '431', '503']
    expect(Object.keys(get!.responses)).toEqual(['404', ...always].toSorted())
    expect(Object.keys(post!.responses)).toEqual([...always, '413', '415'].toSorted())
    expect(post!.responses['429']!.description).toBe('Too many things.')
    expect(post!.requestBody!.description).toContain(`${BODY_LIMIT_BYTES} bytes`)
    expect(components.schemas['NewThing']!.additionalProperties).toBe(false)
  })
})

interface Protected {
  security?: object[]
  components: { securitySchemes?: Record<string, object> }
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
}

interface Answer {
  description: string
  headers?: Record<string, object>
}

async function documentOf(protection: ProtectionSettings): Promise<Protected> {
  const app = await startProtected(protection)
  return (await app.inject('/docs/openapi.json')).json<Protected>()
}

describe('who may call', () => {
  const keys = { API_KEYS: [{ client: 'alice', digest: Buffer.alloc(32) }] }
  const tokens = {
    JWT_JWKS_URI: 'https://id.example/jwks',
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'tideway',
  }

  it.each([
    ['keys', keys, ['key']],
    ['tokens', tokens, ['token']],
    ['both', { ...keys, ...tokens }, ['key', 'token']],
  ])('is told when it is asked for: %s', async (_what, settings, names) => {
    const { security, components, paths } = await documentOf(settings)
    expect(security).toEqual(names.map((name) => ({ [name]: [] })))
    expect(Object.keys(components.securitySchemes ?? {})).toEqual(names)
    for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
      expect(responses['401']?.headers).toHaveProperty('WWW-Authenticate')
      const toldOfKeys = responses['503']?.description.includes('Tokens cannot be checked')
      expect(toldOfKeys).toBe(names.includes('token'))
    }
  })

  it('is not told when everybody may', async () => {
    const document = await documentOf({})
    expect(document.security).toEqual([])
    expect(document.components.securitySchemes).toBeUndefined()
    expect(JSON.stringify(document.paths)).not.toContain('"401"')
  })

  it.each([7, 0])('and how often is told when there is a limit (%s)', async (perMinute) => {
    const { paths } = await documentOf({ RATE_LIMIT_PER_MINUTE: perMinute })
    const { responses } = paths['/samples']!['post']!
    const isTold = perMinute > 0
    expect(responses['429']?.description.includes('more than 7 requests in a minute')).toBe(isTold)
    for (const status of ['200', '429']) {
      expect('RateLimit' in (responses[status]?.headers ?? {})).toBe(isTold)
    }
  })
})

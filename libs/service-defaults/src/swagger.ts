import type { DynamicModule, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { ApiResponse, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger'
import { documentEdge } from './http/documented-edge.js'
import { ServiceAdapter } from './http/service-adapter.js'
import { ProblemDocument } from './problem/problem-document.js'
import { problemResponse, unavailableResponse } from './problem/problem-response.js'
import type { ErrorCode } from './problem/service-error.js'
import { documentProtection } from './protection/documented-protection.js'

/** What the documentation says of an API as a whole. */
export interface ApiDocs {
  title: string
  description: string
  version: string
  /** What the calls of each `@ApiTags` are about. */
  tags: Readonly<Record<string, string>>
}

/**
 * Swagger UI at `/docs`, the OpenAPI 3.1 document at `/docs/openapi.json`, with what every call has:
 * its limits, and who may call. Must be called before `app.listen`.
 */
export function serveApiDocs(app: NestFastifyApplication, docs: ApiDocs): void {
  SwaggerModule.setup('docs', app, documentOf(app, docs), {
    raw: ['json'],
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: docs.title,
    swaggerOptions: {
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // Each call shows its schemas: the list of all of them stays folded.
      defaultModelsExpandDepth: 0,
    },
  })
}

/** The document that a service would serve. Nothing of the service is created, and nothing connects. */
export async function describeApi(
  rootModule: Type<unknown> | DynamicModule,
  docs: ApiDocs,
): Promise<OpenAPIObject> {
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, new ServiceAdapter(), {
    preview: true,
    logger: false,
  })
  return documentOf(app, docs)
}

function documentOf(
  app: NestFastifyApplication,
  { title, description, version, tags }: ApiDocs,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    // Relative to the document, so that "Try it out" asks the process that serves it.
    .addServer('/', 'The service that serves this document')
  for (const [tag, about] of Object.entries(tags)) config.addTag(tag, about)
  const document = SwaggerModule.createDocument(app, config.build(), {
    extraModels: [ProblemDocument],
  })
  documentEdge(document)
  const adapter: unknown = app.getHttpAdapter()
  if (adapter instanceof ServiceAdapter) documentProtection(document, adapter.protection)
  // Where nothing has to be shown to call it: without this, whether it has would be left open.
  document.security ??= []
  return document
}

/** Documents an answer that is a problem document; the example needs only what is special to it. */
export function ApiProblem(
  status: number,
  description: string,
  example: Partial<ProblemDocument> = {},
): MethodDecorator & ClassDecorator {
  return ApiResponse({ status, ...problemResponse(status, description, example) })
}

/** Documents the 503s of a call, beside that of a process that is about to stop: one example for each code. */
export function ApiUnavailable(
  description: string,
  ...codes: ErrorCode[]
): MethodDecorator & ClassDecorator {
  return ApiResponse({ status: 503, ...unavailableResponse(description, codes) })
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { documentEdge } from './http/documented-edge.js'
import { ServiceAdapter } from './http/service-adapter.js'
import { ProblemDocument } from './problem/problem-document.js'
import { problemResponse } from './problem/problem-response.js'
import { documentProtection } from './protection/documented-protection.js'

/** What the documentation's first lines say. */
export interface ApiDocs {
  title: string
  description: string
  version: string
}

/**
 * Swagger UI at `/docs`, the OpenAPI 3.1 document at `/docs/openapi.json`, with what every call has:
 * its limits, and who may call. Must be called before `app.listen`.
 */
export function serveApiDocs(
  app: NestFastifyApplication,
  { title, description, version }: ApiDocs,
): void {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .build()
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDocument] })
  documentEdge(document)
  const adapter: unknown = app.getHttpAdapter()
  if (adapter instanceof ServiceAdapter) documentProtection(document, adapter.protection)
  SwaggerModule.setup('docs', app, document, {
    raw: ['json'],
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: title,
    swaggerOptions: { displayRequestDuration: true, tryItOutEnabled: true },
  })
}

/** Documents an answer that is a problem document; the example needs only what is special to it. */
export function ApiProblem(
  status: number,
  description: string,
  example: Partial<ProblemDocument> = {},
): MethodDecorator & ClassDecorator {
  return ApiResponse({ status, ...problemResponse(status, description, example) })
}

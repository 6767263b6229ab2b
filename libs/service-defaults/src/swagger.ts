import { applyDecorators } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import {
  ApiExtraModels,
  ApiResponse,
  DocumentBuilder,
  getSchemaPath,
  SwaggerModule,
} from '@nestjs/swagger'
import { PROBLEM_MEDIA_TYPE, problemDocument, ProblemDocument } from './problem/problem-document.js'

/** What the documentation's first lines say. */
export interface ApiDocs {
  title: string
  description: string
  version: string
}

/**
 * Swagger UI at `/docs`, the OpenAPI 3.1 document at `/docs/openapi.json`. Must be called before
 * `app.listen`.
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
  SwaggerModule.setup('docs', app, SwaggerModule.createDocument(app, config), {
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
  return applyDecorators(
    ApiExtraModels(ProblemDocument),
    ApiResponse({
      status,
      description,
      content: {
        [PROBLEM_MEDIA_TYPE]: {
          schema: { $ref: getSchemaPath(ProblemDocument) },
          example: problemDocument({ detail: description, ...example, status }),
        },
      },
    }),
  )
}

/** JSON Schema, as far as the services' documents use it. */
export interface JsonSchema {
  $ref?: string
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'
  enum?: string[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean
  items?: JsonSchema
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: JsonSchema
}

interface Content {
  [mediaType: string]: { schema?: JsonSchema }
}

export interface DocumentedResponse {
  description: string
  content?: Content
  headers?: Record<string, { schema: JsonSchema; required?: boolean }>
}

interface DocumentedOperation {
  parameters?: Parameter[]
  requestBody?: { description?: string; content: Content }
  responses: Record<string, DocumentedResponse>
}

export interface OpenApiDocument {
  info: { description: string }
  paths: Record<string, Record<string, DocumentedOperation>>
  components: { schemas: Record<string, JsonSchema> }
}

/** One method of one path. */
export interface Call {
  /** For the names of tests: GET /things/{id}. */
  title: string
  method: string
  path: string
  parameters: Parameter[]
  /** Of its JSON body, if it has one. */
  body: JsonSchema | undefined
  responses: Record<string, DocumentedResponse>
}

export async function readDocument(url: string): Promise<OpenApiDocument> {
  const response = await fetch(`${url}/docs/openapi.json`)
  return (await response.json()) as OpenApiDocument
}

export function callsOf(document: OpenApiDocument): Call[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([name, { parameters = [], requestBody, responses }]) => {
      const method = name.toUpperCase()
      const body = requestBody?.content['application/json']?.schema
      return { title: `${method} ${path}`, method, path, parameters, body, responses }
    }),
  )
}

/** A schema itself, where the document has it under a name. */
export function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  const found = document.components.schemas[schema.$ref.split('/').at(-1)!]
  if (found === undefined) throw new Error(`${schema.$ref} leads nowhere`)
  return found
}

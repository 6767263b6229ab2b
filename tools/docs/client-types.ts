import { readFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

/** The types that a client has of an API: TypeScript, not formatted. @param document file of its OpenAPI document */
export async function clientTypes(document: string): Promise<string> {
  const types = await openapiTS(readFileSync(document, 'utf8'))
  return `/* Generated from docs/openapi: npm run docs */\n\n${astToString(types)}`
}

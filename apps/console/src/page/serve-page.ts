import { dirname } from 'node:path'
import { createRequire } from 'node:module'

import fastifyStatic from '@fastify/static'
import { type NestFastifyApplication } from '@nestjs/platform-fastify'

import { pageHeaders } from '#service-defaults'

import { inWorkspace } from '../workspace.js'

const HEADERS = {
  ...pageHeaders(["style-src 'self'"]),
  // Kept, and asked about by its ETag each time.
  'cache-control': 'no-cache',
}

/** What lies beside the page's files and is not part of it. */
const NOT_SERVED = ['**/*.ts', '**/*.map', '**/tsconfig.json']

/** The page at `/`, and the library of its charts below `/vendor`. To be called before `app.listen`. */
export function servePage(app: NestFastifyApplication): void {
  const charts = dirname(createRequire(import.meta.url).resolve('echarts/dist/echarts.esm.min.js'))
  serve(app, inWorkspace('apps', 'console', 'public'), '/')
  serve(app, charts, '/vendor/')
}

function serve(app: NestFastifyApplication, root: string, prefix: string): void {
  void app
    .getHttpAdapter()
    .getInstance()
    .register(fastifyStatic, {
      root,
      prefix,
      decorateReply: false,
      // A route for each file, so that everything else is as unknown as elsewhere.
      wildcard: false,
      globIgnore: NOT_SERVED,
      setHeaders: (reply) => void reply.headers(HEADERS),
    })
}

import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

/** Tests run on the sources; the `source` condition in package.json's imports points there. */
const conditions = ['source', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{apps,examples,libs,tools,test}/**/*.{spec,e2e-spec}.ts'],
    // Most of the time goes into waiting, for outages to end: two at a time are no race for processors, even on two.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

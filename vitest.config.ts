import { defineConfig } from 'vitest/config'

/** Tests run on the sources; the `source` condition in package.json's imports points there. */
const conditions = ['source', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{apps,libs,tools,test}/**/*.{spec,e2e-spec}.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

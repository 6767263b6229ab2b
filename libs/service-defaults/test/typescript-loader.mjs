// node --import ./typescript-loader.mjs: runs the sources as they are, decorators included, so that a
// test can start a service as a process of its own without a build.
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const compilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
      if (existsSync(source)) return nextResolve(source.href, context)
    }
    return nextResolve(specifier, context)
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context)
    const fileName = fileURLToPath(url)
    const text = readFileSync(fileName, 'utf8')
    const { outputText } = ts.transpileModule(text, { fileName, compilerOptions })
    return { format: 'module', source: outputText, shortCircuit: true }
  },
})

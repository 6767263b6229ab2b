// Every command of package.json comes in here: `node tools/run.mjs <command> [arguments]`.
// An old Node must get as far as the sentence below, so: no static imports and no new syntax in this file.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    'Tideway needs Node 20.19 or newer, and this is ' +
      process.versions.node +
      ': install Node 24.',
  )
  process.exit(1)
}

import('./bootstrap/bootstrap.mjs')
  .then((bootstrap) => bootstrap.runCommand(process.argv.slice(2)))
  .catch((error) => {
    console.error(error)
    process.exit(1)
  })

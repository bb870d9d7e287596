// Leaves beside each file of the command line the code that V8 compiles of it for a short run: a part of `npm run build`,
// for versions of Node that have no compile cache.
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { compiledCode, load } = require('../bin/start.js')

process.argv.splice(2, Infinity, 'run', join(__dirname, '..', 'scenarios', 'first-steps.yaml'))
load('main.js')
process.on('exit', () => {
  for (const [path, code] of compiledCode()) writeFileSync(path, code)
})

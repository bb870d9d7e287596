// Writes the README's excerpts of `npm start` and `onpath matrix`: node scripts/write-readme-excerpt.mjs
// Needs a build. test/readme-excerpt.mjs chooses what they show; test/readme.test.ts uses it too. Tables are not folded.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MATRIX_COMMAND, matrixExcerpt, pathsExcerpt } from '../test/readme-excerpt.mjs'
import { importSources } from './bundle.mjs'

const { jointTable, matrixTable, PLAIN_SCREEN } = await importSources(
  'src/report/run/joint-table.ts',
  'src/report/matrix/matrix-table.ts',
  'src/report/screen/screen.ts',
)

const readme = new URL('../README.md', import.meta.url)
const cwd = fileURLToPath(new URL('..', import.meta.url))
const words = ['bin/onpath.js', ...MATRIX_COMMAND, '--json']
const matrix = JSON.parse(execFileSync(process.execPath, words, { cwd, encoding: 'utf8' }))
const printed = matrixTable.write([matrix], { screen: PLAIN_SCREEN, showsAll: false })

let text = readFileSync(readme, 'utf8')
for (const [name, excerpt] of [
  ['paths', pathsExcerpt((results) => jointTable(results, { screen: PLAIN_SCREEN, showsAll: false, reproduce: [] }))],
  ['matrix', matrixExcerpt(printed)],
]) {
  const place = new RegExp(`(?<=<!-- ${name}: [^>]*-->\n\n\`\`\`text\n)[^\`]*(?=\`\`\`)`)
  if (!place.test(text)) throw new Error(`README.md has no place for the excerpt ${name}`)
  text = text.replace(place, () => excerpt)
}
writeFileSync(readme, text)

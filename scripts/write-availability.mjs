// Writes the tables into docs/availability.md, and its pictures to docs/images/availability/, from fresh runs of
// scenarios/availability/.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importSources } from './bundle.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGE = join(ROOT, 'docs', 'availability.md')
const IMAGES = join(ROOT, 'docs', 'images', 'availability')

const { figures } = await importSources('test/availability/figures.ts')
const { tables, pictures } = figures(ROOT.replace(/[/\\]$/, ''))
let page = readFileSync(PAGE, 'utf8')
for (const [name, table] of Object.entries(tables)) {
  const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`)
  if (!block.test(page)) throw new Error(`docs/availability.md has no place for the table ${name}`)
  page = page.replace(block, (_, begin, end) => `${begin}\n${table}\n\n${end}`)
}
writeFileSync(PAGE, page)
mkdirSync(IMAGES, { recursive: true })
for (const [name, picture] of Object.entries(pictures)) writeFileSync(join(IMAGES, `${name}.svg`), picture)
console.log(`wrote ${PAGE} and ${Object.keys(pictures).length} pictures`)

// Writes docs/reference/ from the schema and the lists in the code: npm run docs
import { mkdirSync, writeFileSync } from 'node:fs'
import { importSources } from './bundle.mjs'

const { scenarioKeys, scenarioReference, wordsReference } = await importSources(
  'src/cli/words-reference.ts',
  'src/report/scenario-reference.ts',
  'src/scenario/schema/scenario-reference.ts',
)

mkdirSync(new URL('../docs/reference/', import.meta.url), { recursive: true })
writeFileSync(new URL('../docs/reference/scenario.md', import.meta.url), scenarioReference(scenarioKeys()))
writeFileSync(new URL('../docs/reference/words.md', import.meta.url), wordsReference())

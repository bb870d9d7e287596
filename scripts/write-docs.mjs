// Writes docs/reference/ from the schema, the lists and the kinds of graphs in the code: npm run docs
import { mkdirSync, writeFileSync } from 'node:fs'
import { importSources } from './bundle.mjs'

const { extensionDefinition, scenarioKeys, scenarioReference, wordsReference } = await importSources(
  'src/cli/words-reference.ts',
  'src/report/graph/extension-definition.ts',
  'src/report/scenario-reference.ts',
  'src/scenario/schema/scenario-reference.ts',
)

mkdirSync(new URL('../docs/reference/', import.meta.url), { recursive: true })
writeFileSync(new URL('../docs/reference/scenario.md', import.meta.url), scenarioReference(scenarioKeys()))
writeFileSync(new URL('../docs/reference/words.md', import.meta.url), wordsReference())
writeFileSync(new URL('../docs/reference/onpath-extension.json', import.meta.url), extensionDefinition())

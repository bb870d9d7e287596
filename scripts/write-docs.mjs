// Writes docs/reference/ from the schema and the lists in the code: npm run docs
import { mkdirSync, writeFileSync } from 'node:fs'
import { wordsReference } from '../dist/cli/words-reference.js'
import { scenarioReference } from '../dist/report/scenario-reference.js'
import { scenarioKeys } from '../dist/scenario/schema/scenario-reference.js'

mkdirSync(new URL('../docs/reference/', import.meta.url), { recursive: true })
writeFileSync(new URL('../docs/reference/scenario.md', import.meta.url), scenarioReference(scenarioKeys()))
writeFileSync(new URL('../docs/reference/words.md', import.meta.url), wordsReference())

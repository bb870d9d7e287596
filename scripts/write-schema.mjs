// Writes schema/*.schema.json from the schema in the code: npm run schema
import { mkdirSync, writeFileSync } from 'node:fs'
import { importSources } from './bundle.mjs'

const { JSON_SCHEMAS } = await importSources('src/scenario/schema/json-schema.ts')

mkdirSync(new URL('../schema/', import.meta.url), { recursive: true })
for (const [kind, schemaOf] of Object.entries(JSON_SCHEMAS))
  writeFileSync(new URL(`../schema/${kind}.schema.json`, import.meta.url), `${JSON.stringify(schemaOf(), null, 2)}\n`)

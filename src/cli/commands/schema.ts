import { jsonDocument } from '../../report/json.ts'
import { scenarioJsonSchema } from '../../scenario/schema/json-schema.ts'
import type { Command } from './command.ts'

export const schema: Command<readonly [], Record<never, never>> = {
  summary: 'print the JSON Schema of scenario files, which editors can use',
  arguments: [],
  options: {},
  notes: '\nExample:\n  onpath schema > schema/scenario.schema.json',
  run: (_, __, { io }) => io.out(jsonDocument(scenarioJsonSchema())),
}

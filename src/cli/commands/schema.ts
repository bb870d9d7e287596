import { UsageError } from '../../disk/usage-error.ts'
import { isNameOf, namesOf } from '../../engine/registry.ts'
import { jsonDocument } from '../../report/json.ts'
import { JSON_SCHEMAS } from '../../scenario/schema/json-schema.ts'
import type { Command } from './command.ts'

const KINDS = namesOf(JSON_SCHEMAS)

export const schema: Command<readonly [kind: string | undefined], Record<never, never>> = {
  arguments: [{ syntax: '[kind]', meaning: `one of ${KINDS.join(', ')}; the first one by default` }],
  options: {},
  notes: '\nExamples:\n  onpath schema > schema/scenario.schema.json\n  onpath schema attack',
  run([kind = KINDS[0]], _, { io }) {
    if (!isNameOf(JSON_SCHEMAS, kind))
      throw new UsageError(`there is no schema of ${kind}; there are those of ${KINDS.join(', ')}`)
    io.out(jsonDocument(JSON_SCHEMAS[kind]()))
  },
}

import { z } from 'zod'
import { NEEDED_SECTIONS, scenarioSchema } from './scenario.ts'

/** The schema of scenario files as JSON Schema 2020-12, for editors. */
export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' })
  return {
    ...schema,
    anyOf: [{ required: ['cluster'] }, { required: [...NEEDED_SECTIONS] }],
    title: 'onpath scenario',
    description: 'A scenario of onpath: hosts, links, paths, and what flows on them.',
  }
}

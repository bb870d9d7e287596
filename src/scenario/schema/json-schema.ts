import { z } from 'zod'
import { NEEDED_SECTIONS, scenarioSchema } from './scenario.ts'

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']

/** Returns the schema of scenario files as JSON Schema 2020-12. `override` can add to the schema of each part. */
export function scenarioJsonSchema(override: Override = () => {}): object {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12', override })
  return {
    ...schema,
    anyOf: [{ required: ['cluster'] }, { required: [...NEEDED_SECTIONS] }],
    title: 'onpath scenario',
    description: 'A scenario of onpath: hosts, links, paths and their traffic.',
  }
}

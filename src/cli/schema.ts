import type { Command } from 'commander'
import { scenarioJsonSchema } from '../scenario/schema/json-schema.ts'
import type { Context } from './context.ts'

export function addSchema(program: Command, { io }: Context): void {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .addHelpText('after', '\nExample:\n  onpath schema > schema/scenario.schema.json')
    .action(() => io.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`))
}

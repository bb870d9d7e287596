import type { Command } from 'commander'
import {
  type Loaded,
  type ScenarioOptions as LoadOptions,
  loadScenario,
  type ScenarioSource,
} from '../scenario/load.ts'
import { loadSweep } from '../scenario/sweep/sweep.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { problemsOf, readScenarios, showProblems } from './read-scenarios.ts'
import { addScenarioOptions, type ScenarioOptions } from './scenario-options.ts'

export function addValidate(program: Command, context: Context): void {
  addScenarioOptions(
    program.command('validate').description('check scenario files, and list everything that is wrong with them'),
  )
    .addHelpText('after', '\nExample:\n  onpath validate scenarios/*.yaml')
    .action((files: string[], options: ScenarioOptions) => validate(files, options, context))
}

async function validate(files: readonly string[], options: ScenarioOptions, { io, exit }: Context): Promise<void> {
  const read = await readScenarios(files, options, io, loadWithGrid)
  for (const one of read) {
    const answer = { file: one.file, valid: one.loaded.ok, problems: problemsOf(one) }
    if (options.json) io.out(`${JSON.stringify(answer, null, read.length === 1 ? 2 : 0)}\n`)
    else if (answer.valid) io.out(`${one.file}: valid\n`)
  }
  if (read.every(({ loaded }) => loaded.ok)) return
  if (!options.json) showProblems(read, io)
  exit(EXIT.invalidScenario)
}

/** With overrides, this is a question about that run; without them, also about every point that `onpath sweep` runs. */
function loadWithGrid(source: ScenarioSource, options: LoadOptions): Loaded {
  const loaded = loadScenario(source, options)
  const isAboutFile = options.seed === undefined && (options.set ?? []).length === 0
  if (!loaded.ok || !isAboutFile || !('sweep' in loaded.document)) return loaded
  const swept = loadSweep(source, { attacks: options.attacks ?? [] })
  return swept.ok ? loaded : swept
}

import { jsonOf } from '../../report/json.ts'
import {
  type Loaded,
  type ScenarioOptions as LoadOptions,
  loadScenario,
  type ScenarioSource,
} from '../../scenario/load.ts'
import { visibleFile } from '../../scenario/problems/visible.ts'
import { readSweep } from '../../study/sweep/read-sweep.ts'
import { EXIT } from '../exit-code.ts'
import { problemsOf, readScenarios, showProblems, warningsOf } from '../input/read-scenarios.ts'
import { flag } from '../options/option.ts'
import { SCENARIO_FILES, SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import type { Command } from './command.ts'

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  json: flag('print JSON: one document, or a line for each of several files'),
}

export const validate: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  arguments: SCENARIO_FILES,
  options: OPTIONS,
  notes: '\nExample:\n  onpath validate scenarios/*.yaml',
  async run([files], options, { io, exit }) {
    const isAboutFiles = options.seed === undefined && options.set.length === 0
    const read = await readScenarios(files, options, io, isAboutFiles ? loadWithGrid : loadScenario)
    for (const one of read) {
      const answer = { file: one.file, valid: one.loaded.ok, problems: problemsOf(one), warnings: warningsOf(one) }
      if (options.json) io.out(jsonOf(answer, read.length === 1))
      else if (answer.valid) io.out(`${visibleFile(one.file)}: valid\n`)
    }
    if (read.every(({ loaded }) => loaded.ok)) return
    if (!options.json) showProblems(read, io)
    exit(EXIT.invalidScenario)
  },
}

/** Loads a scenario, and checks every point that `onpath sweep` would run. */
function loadWithGrid(source: ScenarioSource, options: LoadOptions): Loaded {
  const loaded = loadScenario(source, options)
  if (!loaded.ok || !('sweep' in loaded.document)) return loaded
  const swept = readSweep(source, options)
  return swept.ok ? loaded : swept
}

import { type LoadedScenario, loadScenario, type ScenarioSource } from '../../src/scenario/load.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'

/** Limits that keep one case short; a scenario may well need more, which is no failure. */
const MAX_EVENTS = 60_000
const MAX_MEMORY_BYTES = 512 * 1024 ** 2
const MAX_HOSTS = 200
/** The longest time that loading may take, whatever the text. Far above what it takes, since machines are busy. */
const LONGEST_LOAD_MS = 20_000

/** What became of a text. */
export type TextOutcome = 'refused' | 'simulated' | 'budget' | 'large'

/**
 * Holds a text to what onpath promises of every text: it is refused with located problems, or it loads, prints as a
 * scenario that loads to the same, and simulates twice to the same result. Throws where it is not so.
 */
export function checkText(text: string, read?: ScenarioSource['read']): TextOutcome {
  const source = { text, file: 'fuzz.yaml', ...(read === undefined ? {} : { read }) }
  const startMs = performance.now()
  const loaded = loadScenario(source)
  const loadMs = performance.now() - startMs
  if (loadMs > LONGEST_LOAD_MS) throw new Error(`loading took ${Math.round(loadMs)} ms`)
  if (!loaded.ok) {
    if (loaded.problems.length === 0) throw new Error('it was refused without a problem')
    for (const problem of loaded.problems) {
      if (!(problem.line >= 1 && problem.column >= 1)) throw new Error(`a problem has no place: ${problem.message}`)
      formatProblem(problem)
    }
    return 'refused'
  }
  checkPrinted(loaded)
  if (loaded.scenario.blueprint.hosts.length > MAX_HOSTS) return 'large'
  const first = simulated(loaded)
  if (first === null) return 'budget'
  if (simulated(loaded) !== first) throw new Error('two runs of one scenario differ')
  return 'simulated'
}

function checkPrinted(loaded: LoadedScenario): void {
  const text = configText(loaded)
  const again = loadScenario({ text, file: 'printed.yaml' })
  if (!again.ok)
    throw new Error(`what --print-config prints is refused:\n${again.problems.map(formatProblem).join('\n')}`)
  const [before, after] = [loaded, again].map(({ scenario }) => JSON.stringify(scenario.blueprint))
  if (before !== after) throw new Error('what --print-config prints loads to another scenario')
}

/** Returns the result as text, or null when the run needs more than its budget. */
function simulated({ scenario }: LoadedScenario): string | null {
  try {
    return JSON.stringify(run(scenario, { maxEvents: MAX_EVENTS, maxMemoryBytes: MAX_MEMORY_BYTES }).result)
  } catch (error) {
    if (error instanceof BudgetExceeded) return null
    throw error
  }
}

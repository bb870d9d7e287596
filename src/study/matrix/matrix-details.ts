import type { MatrixCell, MatrixResult } from '../../measure/matrix.ts'
import type { Result } from '../../measure/result.ts'
import { OUTCOMES, type VerdictResult } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import { storiesAround } from '../../packets/stories-around.ts'
import type { PacketPointer, Story } from '../../packets/story.ts'
import type { CellDetails } from '../../report/view/matrix-view.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { Matrix } from './matrix.ts'

/** The most cells with messages around their evidence, and the most messages and packets of each. */
const MOST_STORIES = 24
const MOST_OF_A_STORY = 40

/** A cell of a matrix, with its simulations. */
interface SimulatedCell {
  readonly cell: MatrixCell
  readonly scenario: CheckedScenario | null
  readonly verdicts: readonly VerdictResult[]
}

/**
 * Returns the details behind each cell of a matrix. The scenarios of the worst cells are run again for the messages
 * around their evidence. `commandOf` returns the command that runs a cell alone.
 */
export function matrixDetails(
  { cells }: MatrixResult,
  { cases }: Matrix,
  results: ReadonlyMap<CheckedScenario, Result>,
  commandOf: (cell: MatrixCell) => string,
): readonly CellDetails[] {
  const simulated = cases.map(({ scenario }, i): SimulatedCell => {
    const all = (scenario && results.get(scenario))?.verdicts ?? []
    return { cell: cells[i], scenario, verdicts: all.filter(({ technique }) => technique === cells[i].technique) }
  })
  const stories = storiesOf(simulated)
  return simulated.map((one) => ({
    verdicts: one.verdicts,
    stories: stories.get(one.cell) ?? [],
    command: one.scenario === null ? null : commandOf(one.cell),
  }))
}

/** Returns the messages around one piece of evidence for each of the worst cells. */
function storiesOf(simulated: readonly SimulatedCell[]): ReadonlyMap<MatrixCell, readonly Story[]> {
  const told = simulated
    .filter(({ cell }) => isWorse(cell.worst, 'metadata'))
    .sort((a, b) => OUTCOMES.indexOf(a.cell.worst) - OUTCOMES.indexOf(b.cell.worst))
    .flatMap(({ cell, scenario, verdicts }) => {
      const pointer = pointerOf(cell, verdicts)
      return scenario === null || pointer === null ? [] : [{ cell, scenario, pointer }]
    })
    .slice(0, MOST_STORIES)
  const stories = new Map<MatrixCell, readonly Story[]>()
  for (const scenario of new Set(told.map((one) => one.scenario))) {
    const own = told.filter((one) => one.scenario === scenario)
    const found = storiesAround(
      scenario,
      own.map(({ pointer }) => pointer),
      { most: MOST_OF_A_STORY },
    )
    for (const [i, { cell }] of own.entries()) stories.set(cell, [found[i]])
  }
  return stories
}

/** Returns the first packet that shows the outcome of a cell; null if no packet does. */
function pointerOf({ worst }: MatrixCell, verdicts: readonly VerdictResult[]): PacketPointer | null {
  const evidence = verdicts.filter((one) => one.worst === worst).flatMap((one) => one.evidence)
  for (const { shows, link, packet } of evidence)
    if (shows === worst && link !== null && packet !== null) return { link, packet }
  return null
}

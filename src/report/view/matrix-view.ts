import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { isOpen } from '../../measure/judge-check.ts'
import type { MatrixCell, MatrixPath, MatrixResult } from '../../measure/matrix.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import type { Story } from '../../packets/story.ts'
import { formatCount } from '../format-number.ts'
import { type AttackCell, type AttackRow, storiesLeftOut, viewCell } from './attack-cell-view.ts'
import type { FactView } from './report-view.ts'
import { DOES } from './verdict-view.ts'

/** A matrix with everything that its report shows. */
export interface ReportedMatrix {
  readonly matrix: MatrixResult
  /** The verdicts, messages and command of each cell, in the order of the matrix. */
  readonly details: readonly CellDetails[]
  /** The number of simulations. Cells can share one. */
  readonly simulations: number
  /** True if techniques that achieve nothing on any path are shown. */
  readonly showsAll: boolean
}

/** The verdicts, messages and command behind a cell of a matrix. */
export interface CellDetails {
  /** The verdicts of its technique; empty if the path has no such place. */
  readonly verdicts: readonly VerdictResult[]
  /** The messages around evidence. */
  readonly stories: readonly Story[]
  /** The command that runs it alone; null if there is nothing to run. */
  readonly command: string | null
}

/** Everything that the report of a matrix shows, as a plain value. */
export interface MatrixView {
  readonly scenario: string
  readonly kubernetes: string | null
  readonly seed: number
  readonly version: string
  readonly level: 'bad' | 'good' | 'neutral'
  readonly word: string
  readonly sentence: string
  readonly notes: readonly string[]
  readonly facts: readonly FactView[]
  readonly paths: readonly MatrixPath[]
  /** The places with something to show. */
  readonly places: readonly PlaceView[]
  /** The places from which no technique achieves anything. They are not shown. */
  readonly quietPlaces: readonly string[]
  /** The cells whose evidence is printed on paper: for each path, the first of the worst cells with messages. */
  readonly printed: ReadonlySet<string>
  /** The paths without verdicts, with the reasons. */
  readonly unmodelled: readonly { readonly path: string; readonly reason: string }[]
  /** The judgement of the cells by a policy; null without one. */
  readonly policy: PolicyView | null
  readonly storiesLeftOut: number
  readonly command: string
}

/** The attackers at one place. */
export interface PlaceView {
  readonly place: string
  /** The vantages of attackers there, with their abilities. */
  readonly vantages: readonly { readonly name: string; readonly meaning: string }[]
  readonly rows: readonly AttackRow[]
  /** The number of techniques without any effect that are not shown. */
  readonly rowsLeftOut: number
}

export interface PolicyView {
  readonly rules: readonly string[]
  readonly passed: boolean
  readonly forbidden: number
  readonly accepted: number
  readonly gaps: readonly string[]
}

/** Returns the view of a matrix. `version` is onpath's; `command` reproduces the matrix. */
export function viewMatrix(reported: ReportedMatrix, version: string, command: string): MatrixView {
  const { matrix } = reported
  const { scenario, kubernetes, seed, paths, unmodelled = [] } = matrix
  const all = viewPlaces(reported)
  const places = all.filter(({ rows }) => rows.length > 0)
  const quietPlaces = all.filter(({ rows }) => rows.length === 0).map(({ place }) => place)
  return {
    ...{ scenario, kubernetes, seed, version, unmodelled, places, quietPlaces, command },
    printed: printedCells(places),
    ...headline(matrix),
    facts: factsOf(reported),
    paths,
    policy: policyOf(matrix),
    storiesLeftOut: storiesLeftOut(places.flatMap(({ rows }) => rows)),
  }
}

function printedCells(places: readonly PlaceView[]): ReadonlySet<string> {
  const cells = places.flatMap(({ rows }) => rows.flatMap((row) => row.cells)).filter((cell) => cell !== null)
  const isTold = ({ level, verdicts }: AttackCell) =>
    level === 'taken' && verdicts.some(({ evidence }) => evidence.some(({ story }) => story !== null))
  const worst = new Map<string, AttackCell>()
  for (const cell of cells.filter(isTold)) {
    const known = worst.get(cell.path)
    if (known === undefined || isWorse(cell.worst, known.worst)) worst.set(cell.path, cell)
  }
  return new Set([...worst.values()].map(({ id }) => id))
}

/** Returns whether an attacker takes the property of others in a cell. */
function isTaken({ worst, scope }: MatrixCell): boolean {
  return scope === 'other' && isWorse(worst, 'outage')
}

/**
 * Returns the finding in one sentence: by the policy if there is one, otherwise by what attackers take from others.
 */
function headline({ cells, paths, check }: MatrixResult): Pick<MatrixView, 'level' | 'word' | 'sentence' | 'notes'> {
  const taken = cells.filter(isTaken).sort(worstFirst)
  const broken = paths.filter(({ name }) => taken.some(({ path }) => path === name)).map(({ name }) => name)
  const on = `${broken.length} of ${formatCount(paths.length, 'path')}`
  const named = broken.slice(0, 6).join(', ') + (broken.length > 6 ? ' and others' : '')
  const gets = broken.length === 0 ? [] : [`Attackers get what others own on ${on}: ${named}.`]
  const worst = taken.slice(0, 1).map(worstSentence)
  const unnoticed = taken.filter(({ noticed }) => noticed === 'none').length
  const notes = [...worst, ...(taken.length === 0 ? [] : [noticeSentence(taken.length, unnoticed)])]
  if (check !== undefined && !check.passed) {
    const open = check.findings.filter(isOpen).length
    const sentence =
      open > 0 ? `The policy forbids ${formatCount(open, 'finding')}.` : `The policy is not met: ${check.gaps[0]}.`
    return { level: 'bad', word: 'Not safe', sentence, notes: [...gets, ...notes] }
  }
  if (check !== undefined)
    return {
      level: 'good',
      word: 'Holds',
      sentence: 'Nothing that the policy forbids happens.',
      notes: [...gets, ...notes],
    }
  if (taken.length > 0) return { level: 'bad', word: 'Not safe', sentence: gets[0], notes }
  if (cells.every(({ digest }) => digest === null))
    return { level: 'neutral', word: 'Untried', sentence: 'No attack was tried.', notes }
  const sentence = `No attacker gets what others own on ${formatCount(paths.length, 'path')}.`
  return { level: 'good', word: 'Holds', sentence, notes }
}

function noticeSentence(succeed: number, unnoticed: number): string {
  const all = formatCount(succeed, 'attack')
  if (unnoticed === succeed) return `${all} ${succeed === 1 ? 'succeeds' : 'succeed'}, and nobody notices.`
  return `${all} ${succeed === 1 ? 'succeeds' : 'succeed'}; nobody notices ${unnoticed} of them.`
}

function worstSentence({ technique, vantage, place, path, worst, noticed }: MatrixCell): string {
  const seen = { none: 'nobody notices', fault: 'it looks like a fault', security: 'it is noticed as an attack' }[
    noticed
  ]
  return `The worst: with ${technique}, an attacker (${vantage}; ${place}) ${DOES[worst] ?? 'acts on'} ${path}, and ${seen}.`
}

function worstFirst(a: MatrixCell, b: MatrixCell): number {
  if (a.worst === b.worst) return b.exposure.messages - a.exposure.messages
  return isWorse(a.worst, b.worst) ? -1 : 1
}

function factsOf({ matrix, simulations }: ReportedMatrix): FactView[] {
  const { cells, paths } = matrix
  const tried = cells.filter(({ digest }) => digest !== null)
  const taken = tried.filter(isTaken)
  const detected = tried.filter(({ noticed }) => noticed === 'security').length
  return [
    {
      label: 'Attacks that take what others own',
      value: `${taken.length} of ${tried.length}`,
      note: 'a technique on a path',
    },
    { label: 'Paths', value: String(paths.length), note: '' },
    { label: 'Detected', value: String(detected), note: 'a check of keys or certificates failed' },
    { label: 'Simulations', value: String(simulations), note: 'attacks that cannot disturb each other share one' },
  ]
}

function policyOf({ check }: MatrixResult): PolicyView | null {
  if (check === undefined) return null
  const { policy: rules, passed, findings, gaps } = check
  const accepted = findings.filter(({ isAccepted }) => isAccepted).length
  return { rules, passed, forbidden: findings.filter(isOpen).length, accepted, gaps }
}

interface NumberedCell {
  readonly cell: MatrixCell
  readonly index: number
}

function viewPlaces(reported: ReportedMatrix): PlaceView[] {
  const { cells } = reported.matrix
  const numbered = cells.map((cell, index) => ({ cell, index }))
  return [...new Set(cells.map(({ place }) => place))].flatMap((place) => {
    const here = numbered.filter(({ cell }) => cell.place === place)
    const view = viewPlace(place, here, reported)
    return view.rows.length + view.rowsLeftOut === 0 ? [] : [view]
  })
}

function viewPlace(place: string, here: readonly NumberedCell[], reported: ReportedMatrix): PlaceView {
  const keyOf = ({ cell }: NumberedCell) => JSON.stringify([cell.vantage, cell.technique])
  const rows = [...new Set(here.map(keyOf))].map((key) => here.filter((one) => keyOf(one) === key))
  const shown = rows.filter((row) => reported.showsAll || row.some(({ cell }) => isWorse(cell.worst, 'no-effect')))
  const vantages = [...new Set(shown.map(([{ cell }]) => cell.vantage))]
  return {
    place,
    vantages: vantages.map((name) => ({ name, meaning: meaningOf(VANTAGES, name) })),
    rows: shown.map((row) => viewRow(row, reported)),
    rowsLeftOut: rows.length - shown.length,
  }
}

function viewRow(row: readonly NumberedCell[], { matrix, details }: ReportedMatrix): AttackRow {
  const [{ cell: first }] = row
  return {
    technique: first.technique,
    meaning: meaningOf(TECHNIQUES, first.technique),
    by: first.vantage,
    cells: matrix.paths.map(({ name }): AttackCell | null => {
      const found = row.find(({ cell }) => cell.path === name)
      if (found === undefined || found.cell.worst === 'not-applicable') return null
      const { verdicts, stories, command } = details[found.index]
      const by = `an attacker (${first.vantage}; ${found.cell.on ?? first.place})`
      const id = `cell-${found.index + 1}`
      return verdicts.length === 0 ? null : viewCell({ id, by, path: name, command }, verdicts, stories)
    }),
  }
}

function meaningOf(registry: Readonly<Record<string, { readonly meaning: string }>>, name: string): string {
  return registry[name]?.meaning ?? ''
}

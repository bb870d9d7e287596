import { changePercent } from '../comparison/comparison.ts'
import type { ConfigurationChange } from '../comparison/configuration-changes.ts'
import { formatChange, formatCount } from '../format-number.ts'
import type { AttackCell } from './attack-cell-view.ts'
import type { BreakdownRow, PartView } from './breakdown-view.ts'
import type { WorkloadView } from './performance-view.ts'
import type { ReportView } from './report-view.ts'
import { spanText } from './texts.ts'

/** Two runs side by side: what the second closes, and what that costs. */
export interface ComparisonView {
  readonly a: Compared
  readonly b: Compared
  readonly level: 'bad' | 'good' | 'neutral'
  readonly word: string
  readonly sentence: string
  readonly notes: readonly string[]
  /** The values of the scenarios that differ. */
  readonly configuration: readonly ConfigurationChange[]
  readonly attacks: readonly AttackPair[]
  readonly workloads: readonly WorkloadPair[]
  readonly parts: readonly PartView[]
  /** Workloads that only one side has. */
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
}

/** One side, with the name that the user gave it. */
export interface Compared {
  readonly label: string
  readonly report: ReportView
}

/** A technique of an attacker on a path, on both sides; null on a side that does not have it. */
export interface AttackPair {
  readonly attacker: string
  readonly technique: string
  readonly path: string
  readonly a: AttackCell | null
  readonly b: AttackCell | null
  readonly change: 'closed' | 'opened' | 'better' | 'worse' | 'same' | 'only one'
}

/** A workload that both sides have. */
export interface WorkloadPair {
  readonly name: string
  readonly a: WorkloadView
  readonly b: WorkloadView
  /** The change of the median latency in percent of A; null if there is none. */
  readonly p50Percent: number | null
  readonly breakdownA: BreakdownRow | null
  readonly breakdownB: BreakdownRow | null
}

/** Returns two reports side by side. */
export function viewComparison(
  a: Compared,
  b: Compared,
  configuration: readonly ConfigurationChange[],
): ComparisonView {
  const attacks = pairAttacks(a.report, b.report)
  const workloads = pairWorkloads(a.report, b.report)
  const [namesA, namesB] = [a, b].map(({ report }) => report.performance.workloads.map(({ name }) => name))
  return {
    a,
    b,
    ...sentenceOf(attacks, workloads, a, b),
    configuration,
    attacks,
    workloads,
    parts: a.report.breakdown.parts,
    onlyInA: namesA.filter((name) => !namesB.includes(name)),
    onlyInB: namesB.filter((name) => !namesA.includes(name)),
  }
}

const RANK = { taken: 3, harmed: 2, seen: 1, nothing: 0, untried: 0 } as const

function pairAttacks(a: ReportView, b: ReportView): AttackPair[] {
  const cellsOf = ({ attacks }: ReportView) =>
    (attacks?.rows ?? []).flatMap(({ cells }) => cells.flatMap((cell) => cell ?? []))
  const keyOf = ({ by, technique, path }: AttackCell) => JSON.stringify([by, technique, path])
  const [left, right] = [a, b].map((report) => new Map(cellsOf(report).map((cell) => [keyOf(cell), cell])))
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
    const [x, y] = [left.get(key) ?? null, right.get(key) ?? null]
    const cell = x ?? y
    if (cell === null) return []
    const { by: attacker, technique, path } = cell
    return [{ attacker, technique, path, a: x, b: y, change: changeOf(x, y) }]
  })
}

function changeOf(a: AttackCell | null, b: AttackCell | null): AttackPair['change'] {
  const isOpen = (cell: AttackCell | null) => cell?.level === 'taken'
  if (isOpen(a) !== isOpen(b)) return isOpen(a) ? 'closed' : 'opened'
  if (a === null || b === null) return 'only one'
  if (RANK[a.level] === RANK[b.level]) return 'same'
  return RANK[b.level] < RANK[a.level] ? 'better' : 'worse'
}

function pairWorkloads(a: ReportView, b: ReportView): WorkloadPair[] {
  return a.performance.workloads.flatMap((one) => {
    const { name } = one
    const other = b.performance.workloads.find((candidate) => candidate.name === name)
    if (other === undefined) return []
    const rowOf = ({ breakdown }: ReportView) => breakdown.rows.find(({ workload }) => workload === name) ?? null
    return [
      {
        name,
        a: one,
        b: other,
        p50Percent: changePercent(one.p50Ms, other.p50Ms),
        breakdownA: rowOf(a),
        breakdownB: rowOf(b),
      },
    ]
  })
}

function sentenceOf(
  attacks: readonly AttackPair[],
  workloads: readonly WorkloadPair[],
  a: Compared,
  b: Compared,
): Pick<ComparisonView, 'level' | 'word' | 'sentence' | 'notes'> {
  const count = (change: AttackPair['change']) => attacks.filter((one) => one.change === change).length
  const [closed, opened] = [count('closed'), count('opened')]
  const open = attacks.filter(({ b: cell }) => cell?.level === 'taken').length
  const cost = costOf(workloads)
  const notes = [
    ...(closed === 0 || opened === 0 ? [] : [`It opens ${formatCount(opened, 'attack')} that A does not have.`]),
    ...(attacks.length === 0
      ? ['Neither side has an attacker.']
      : [
          open === 0
            ? 'In B no attack succeeds.'
            : `In B ${formatCount(open, 'attack')} still succeed${open === 1 ? 's' : ''}.`,
        ]),
    `A: ${a.report.verdict.sentence}`,
    `B: ${b.report.verdict.sentence}`,
  ]
  if (closed > 0) {
    const of = attacks.filter(({ a: cell }) => cell?.level === 'taken').length
    return {
      level: 'good',
      word: 'Closes',
      sentence: `B closes ${closed} of ${formatCount(of, 'attack')} that succeed in A; ${cost}.`,
      notes,
    }
  }
  if (opened > 0)
    return {
      level: 'bad',
      word: 'Opens',
      sentence: `B opens ${formatCount(opened, 'attack')} that do not succeed in A; ${cost}.`,
      notes,
    }
  const same = attacks.length === 0 ? 'Without attackers' : 'No attack is closed or opened'
  return { level: 'neutral', word: 'Compared', sentence: `${same}; ${cost}.`, notes }
}

/** Describes the cost in words: the largest increase of a median latency, otherwise the largest decrease. */
function costOf(workloads: readonly WorkloadPair[]): string {
  const changed = workloads.filter(({ p50Percent }) => p50Percent !== null && p50Percent !== 0)
  if (changed.length === 0) return 'latency stays as it is'
  const risen = changed.filter(({ p50Percent }) => (p50Percent ?? 0) > 0)
  const [most] = (risen.length > 0 ? risen : changed).toSorted(
    (x, y) => Math.abs(y.p50Percent ?? 0) - Math.abs(x.p50Percent ?? 0),
  )
  const { name, a, b, p50Percent } = most
  const medians = `from ${spanText((a.p50Ms ?? 0) * 1e6)} to ${spanText((b.p50Ms ?? 0) * 1e6)} at the median`
  return (p50Percent ?? 0) > 0
    ? `at most ${formatChange(p50Percent)} latency, on ${name}, ${medians}`
    : `no latency rises, and that of ${name} changes by ${formatChange(p50Percent)}, ${medians}`
}

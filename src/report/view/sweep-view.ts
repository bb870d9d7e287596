import type { WorkloadResult } from '../../measure/result.ts'
import { formatChange, formatCount } from '../format-number.ts'
import { type MedianOverSeeds, medianOverSeeds } from '../sweep/median-over-seeds.ts'
import { missedExpectations, type SweepReport, type SweepRun, withoutSeed } from '../sweep/sweep-run.ts'
import { shortNumber } from './texts.ts'

/** A sweep as curves: a figure of each workload over the first dimension, with a line for each value of the others. */
export interface SweepView {
  readonly scenario: string
  readonly version: string
  readonly again: string
  readonly sentence: string
  readonly notes: readonly string[]
  readonly level: 'bad' | 'good' | 'neutral'
  readonly word: string
  readonly dimensions: readonly { readonly path: string; readonly count: number }[]
  /** The dimension on the horizontal axis; empty if only seeds differ. */
  readonly axis: string
  readonly curves: readonly CurveView[]
}

/** A figure of a workload at all points. */
export interface CurveView {
  readonly workload: string
  readonly figure: string
  readonly unit: string
  /** The values of the first dimension, in order. */
  readonly labels: readonly string[]
  readonly lines: readonly CurveLine[]
}

export interface CurveLine {
  /** The values of the other dimensions; empty without any. */
  readonly name: string
  /** The point for each label; null if no run has the figure. */
  readonly points: readonly (MedianOverSeeds | null)[]
}

interface Figure {
  readonly name: string
  readonly unit: string
  readonly of: (workload: WorkloadResult) => number | null
}

const FIGURES: readonly Figure[] = [
  { name: 'latency p50', unit: 'ms', of: ({ latencyMs }) => latencyMs.p50 },
  { name: 'latency p99', unit: 'ms', of: ({ latencyMs }) => latencyMs.p99 },
  { name: 'throughput', unit: 'Mbit/s', of: ({ throughputMbps }) => throughputMbps },
  { name: 'failed', unit: 'requests', of: ({ failed }) => failed },
]

/** Returns the view of a sweep. */
export function viewSweep(report: SweepReport, version: string, again: string): SweepView {
  const { scenario, dimensions, runs, planned } = report
  const swept = dimensions.filter(({ path }) => path !== 'seed')
  const curves = viewCurves(runs)
  const missed = missedExpectations(runs).length
  const effect = largestEffect(curves, swept[0]?.path ?? '')
  const notes = [
    `${formatCount(runs.length, 'run')} of ${planned}${report.isInterrupted ? ', interrupted' : ''}.`,
    ...(missed > 0 && effect !== null ? [effect] : []),
    intervalText(curves),
  ]
  const base = { scenario, version, again, notes, dimensions, axis: swept[0]?.path ?? '', curves }
  if (missed > 0) {
    const sentence = `${missed} of ${formatCount(runs.length, 'run')} did not meet their expectations.`
    return { ...base, level: 'bad', word: 'Not met', sentence }
  }
  const hasExpectations = runs.some(({ result }) => result.expectations.length > 0)
  const sentence = effect ?? 'No figure changes over the sweep.'
  return { ...base, level: hasExpectations ? 'good' : 'neutral', word: hasExpectations ? 'Met' : 'Measured', sentence }
}

function intervalText(curves: readonly CurveView[]): string {
  const points = curves.flatMap(({ lines }) => lines.flatMap((line) => line.points)).filter((point) => point !== null)
  const seeds = Math.max(0, ...points.map((point) => point.seeds))
  if (seeds < 2) return 'One seed at each point: there is no interval. --seeds 1..10 gives one.'
  return points.some(({ interval }) => interval === '95 %')
    ? 'Bars are the 95 % interval of the median over seeds, whatever the distribution.'
    : 'Bars reach from the smallest to the largest of all seeds; an interval needs six.'
}

function viewCurves(runs: readonly SweepRun[]): CurveView[] {
  const names = [...new Set(runs.flatMap(({ result }) => result.workloads.map(({ name }) => name)))]
  return names.flatMap((workload) =>
    FIGURES.flatMap((figure): CurveView[] => {
      const curve = viewCurve(workload, figure, runs)
      const values = curve.lines.flatMap(({ points }) => points.flatMap((point) => point?.high ?? []))
      return values.some((value) => value > 0) ? [curve] : []
    }),
  )
}

function viewCurve(workload: string, { name, unit, of }: Figure, runs: readonly SweepRun[]): CurveView {
  const samples = new Map<string, Map<string, number[]>>()
  const labels: string[] = []
  for (const { point, result } of runs) {
    const [first, ...others] = withoutSeed(point).map(({ path, label }) => ({ path, label }))
    const label = first?.label ?? 'all seeds'
    if (!labels.includes(label)) labels.push(label)
    const line = others.map((one) => `${one.path}=${one.label}`).join(', ')
    const byLabel = samples.get(line) ?? new Map<string, number[]>()
    samples.set(line, byLabel)
    const found = result.workloads.find((one) => one.name === workload)
    const value = found === undefined ? null : of(found)
    if (value !== null) byLabel.set(label, [...(byLabel.get(label) ?? []), value])
  }
  const lines = [...samples].map(([line, byLabel]) => ({
    name: line,
    points: labels.map((label) => medianOverSeeds(byLabel.get(label) ?? [])),
  }))
  return { workload, figure: name, unit, labels, lines }
}

/** Describes the largest change of a median from the first to the last value of the first dimension. */
function largestEffect(curves: readonly CurveView[], axis: string): string | null {
  let most: { readonly size: number; readonly text: string } | null = null
  for (const { workload, figure, unit, labels, lines } of curves) {
    for (const { name, points } of lines) {
      const [first, last] = [points[0], points[points.length - 1]]
      if (first == null || last == null || points.length < 2 || first.median <= 0 || last.median <= 0) continue
      const ratio = last.median / first.median
      const size = Math.max(ratio, 1 / ratio)
      if (size <= 1 || (most !== null && size <= most.size)) continue
      const at = name === '' ? '' : ` (${name})`
      const text = `From ${axis} ${labels[0]} to ${labels[labels.length - 1]}, ${figure} of ${workload}${at} goes from ${shortNumber(first.median)} to ${shortNumber(last.median)} ${unit} (${formatChange((ratio - 1) * 100)}).`
      most = { size, text }
    }
  }
  return most?.text ?? null
}

import type { FixCost, FixFigures, FixPlace, FixStep } from '../../measure/fix.ts'
import type { WorkloadResult } from '../../measure/result.ts'
import type { Change } from './change.ts'

/** Describes a change, with its places in the changed files. */
export function fixStep(
  change: Change,
  text: string,
  without: FixStep['without'],
  places: readonly FixPlace[],
  costs: readonly FixCost[],
): FixStep {
  const common = { change: withValueOf(text, places), program: change.program, without, costs, places }
  if (change.kind !== 'flag') return { ...common, flag: null, before: null, after: null, breaks: null }
  const [{ name, before }] = change.places
  return { ...common, flag: name, before, after: change.value, breaks: change.flag.breaks ?? null }
}

/** Replaces the name that the scenario has for an identity with the file that the flag names. */
function withValueOf(text: string, places: readonly FixPlace[]): string {
  return text.replace(/(?<=--([\w-]+)=)cluster-ca$/, (ca, name: string) => {
    // A command line has `--name=/file`, a configuration of OpenShift has `apiServerArguments.name: /file`.
    const [file = ca] = places.flatMap(({ what }) => new RegExp(`${name}(?:=|: )(/.*)$`).exec(what)?.[1] ?? [])
    return file
  })
}

/** Returns the workloads whose figures differ between two runs. */
export function costsOf(before: readonly WorkloadResult[], after: readonly WorkloadResult[]): readonly FixCost[] {
  return before.flatMap((one): FixCost[] => {
    const other = after.find(({ name }) => name === one.name)
    if (other === undefined) return []
    const cost = { workload: one.name, before: figuresOf(one), after: figuresOf(other) }
    return isAlike(cost.before, cost.after) ? [] : [cost]
  })
}

/** The least relative difference between figures that is shown. */
const SHARE = 0.005

function isAlike(a: FixFigures, b: FixFigures): boolean {
  const pairs = [
    [a.p50Ms, b.p50Ms],
    [a.p99Ms, b.p99Ms],
    [a.throughputMbps, b.throughputMbps],
    [a.cpuUs, b.cpuUs],
  ]
  return pairs.every((pair) => {
    const [x, y] = pair.map((figure) => figure ?? 0)
    return Math.abs(x - y) <= SHARE * Math.max(x, y)
  })
}

function figuresOf({ latencyMs, throughputMbps, breakdownNs, completed }: WorkloadResult): FixFigures {
  return {
    p50Ms: latencyMs.p50,
    p99Ms: latencyMs.p99,
    throughputMbps,
    cpuUs: completed === 0 ? null : Math.round(breakdownNs.cpu / completed / 10) / 100,
  }
}

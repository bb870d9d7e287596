import { NS_PER_S } from '../../engine/ticks.ts'
import { checkTree } from '../../scenario/load.ts'
import { type Problem, sortProblems } from '../../scenario/problems/problem.ts'
import { type AttackSource, overlayAttack } from '../../scenario/tree/overlay-attack.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Blueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { AttackStepBlueprint } from '../../simulation/blueprint-attack.ts'
import { LONGEST_NS } from '../matrix/matrix.ts'
import { shortWorkload } from '../matrix/short-workload.ts'

/** A scenario reduced to the targets of an attack, or the reason why the attack does not fit the scenario. */
export type AttackProbe =
  | { readonly blueprint: Blueprint; readonly problems: readonly [] }
  | { readonly blueprint: null; readonly reason: string; readonly problems: readonly Problem[] }

/** Adds an attack to a scenario without attackers, and keeps only the attacked paths, with a few requests on each. */
export function attackProbe(bare: Tree, file: string, attack: AttackSource): AttackProbe {
  const merged = overlayAttack(bare, attack)
  const loaded = merged.tree === null ? null : checkTree(merged.tree, file, merged.problems)
  if (loaded === null || !loaded.ok) {
    const problems = loaded?.problems ?? sortProblems(merged.problems)
    return { blueprint: null, reason: problems[0].message, problems }
  }
  const { blueprint } = loaded.scenario
  if (blueprint.attackers.every(({ plan }) => plan.length === 0)) {
    const [missing] = blueprint.attackers.flatMap(({ absent }) => absent)
    return { blueprint: null, reason: `the scenario has nothing that is "${missing?.path ?? ''}"`, problems: [] }
  }
  const known = workloadsIn(bare)
  const brought = new Set([...workloadsIn(merged.tree)].filter((name) => !known.has(name)))
  return { blueprint: reduced(blueprint, brought), problems: [] }
}

function workloadsIn(tree: Tree | null): ReadonlySet<string> {
  const found = tree === null ? undefined : treeAt(tree, ['workloads'])
  return new Set(found?.kind === 'map' ? found.entries.keys() : [])
}

/**
 * The times after the last step's begin at which further requests are sent through tunnels. An attack may take effect
 * only when a tunnel is dialled again. Its tunneler does that every 15 s, and after a failed health check, each minute.
 */
const LATER_NS: readonly number[] = [20 * NS_PER_S, 80 * NS_PER_S]

/** The suffix of workloads that repeat another one later. */
const LATER = '~later-'

/**
 * Returns whether a path has further requests after a step began. Then the share of requests that an attacker got is
 * not a share of the connections.
 */
export function hasLaterRequests({ workloads }: Blueprint, path: string): boolean {
  return workloads.some((workload) => workload.path === path && workload.name.includes(LATER))
}

/** Returns a later copy of a workload. Heartbeats and watches have no end of their own, so they get none. */
function laterRequests(workload: WorkloadBlueprint, steps: readonly AttackStepBlueprint[]): WorkloadBlueprint[] {
  if (workload.kind === 'heartbeat' || workload.kind === 'watch') return []
  const lastNs = Math.max(workload.startNs, ...steps.map(({ atNs }) => atNs))
  return LATER_NS.map((afterNs, nth) => ({
    ...workload,
    name: `${workload.name}${LATER}${nth + 1}`,
    startNs: lastNs + afterNs,
  }))
}

/** Keeps only the attacked paths. Workloads of the attack stay unchanged; others are shortened. */
function reduced(blueprint: Blueprint, brought: ReadonlySet<string>): Blueprint {
  const steps = blueprint.attackers.flatMap(({ plan }) => plan)
  const used = new Set([
    ...steps.flatMap(({ paths }) => paths),
    ...blueprint.workloads.flatMap(({ name, path }) => (brought.has(name) ? [path] : [])),
  ])
  const lastNs = Math.max(0, ...steps.map(({ atNs, parameters }) => atNs + (parameters.for ?? 0)))
  return {
    ...blueprint,
    durationNs: lastNs + LONGEST_NS,
    choosesInTurn: true,
    paths: blueprint.paths.filter(({ declared }) => used.has(declared)),
    workloads: blueprint.workloads.flatMap((workload) => {
      const path = blueprint.paths.find(({ declared }) => declared === workload.path)
      if (path === undefined || !used.has(workload.path)) return []
      if (brought.has(workload.name)) return [workload]
      const short = shortWorkload(workload, path, blueprint)
      return path.tunnel === null ? short : [...short, ...short.flatMap((each) => laterRequests(each, steps))]
    }),
  }
}

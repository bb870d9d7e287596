import { TECHNIQUES, USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { READ_ONLY_PORT } from '../../cluster/paths/path.ts'
import { isForwarding, kindForwarding } from '../../cluster/paths/path-kinds.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { MatrixPath } from '../../measure/matrix.ts'
import {
  type CheckedScenario,
  checkTree,
  readTree,
  type ScenarioOptions,
  type ScenarioSource,
} from '../../scenario/load.ts'
import { type Problem, sortProblems } from '../../scenario/problems/problem.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { buildTree, type TreeInput } from '../../scenario/tree/build-tree.ts'
import { mergeTrees, type Tree, withoutKeys } from '../../scenario/tree/tree.ts'
import type { UnmodelledPath } from '../../scenario/tree/unmodelled-paths.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../../simulation/blueprint-attack.ts'
import { describeProtection, letterOf } from '../../simulation/paths/describe-path.ts'
import { DURATION, formatDuration, parseQuantity } from '../../values/units.ts'
import { holderRows } from './holder-rows.ts'
import { isHarmless, MATRIX_ROWS, type MatrixRow } from './matrix-rows.ts'
import { type Offered, offeredBy } from './offered.ts'
import { STANDING_NS, shortWorkload } from './short-workload.ts'

/**
 * A cell of the matrix, with its scenario. The scenario is null if the path has no such place, has nothing to attack,
 * or does not leave its host. Harmless cells of one place share a scenario, in which one attacker tries all their
 * techniques.
 */
export interface MatrixCase {
  readonly path: string
  readonly row: MatrixRow
  readonly on: string | null
  readonly scenario: CheckedScenario | null
  /** The outcome of a cell without a scenario. */
  readonly otherwise: 'not-applicable' | 'unreachable'
}

export interface Matrix {
  readonly scenario: string
  readonly seed: number
  readonly kubernetes: string | null
  readonly paths: readonly Omit<MatrixPath, 'medium'>[]
  /** The names of all paths, including those that the matrix does not show. */
  readonly allPaths: readonly string[]
  /** The paths that are not modelled. */
  readonly unmodelled: readonly UnmodelledPath[]
  readonly cases: readonly MatrixCase[]
  /** The places of all cases, including those that the matrix does not show. */
  readonly places: readonly string[]
  /** The scenario without attackers, with all paths that it offers to them. */
  readonly offered: Offered
}

export type ReadMatrix =
  | { readonly ok: true; readonly matrix: Matrix }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * The sections of a scenario that a matrix ignores: attackers, expectations and events. The duration is kept, because
 * workloads may end with it.
 */
const LEFT_OUT: readonly string[] = ['attackers', 'expect', 'accept', 'policy', 'events', 'sweep']

/** The duration of a run, which ends requests that never get a response. Workloads are much shorter. */
export const LONGEST_NS = 120 * NS_PER_S

/**
 * Returns the matrix of a scenario: every row against every path that it offers to attackers.
 * @param only the names of the paths; null for all
 */
export function readMatrix(
  source: ScenarioSource,
  options: ScenarioOptions,
  only: readonly string[] | null = null,
): ReadMatrix {
  const { tree, problems } = readTree(source, options)
  if (tree === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  return matrixOf(withoutAttackers(tree), source.file, only)
}

/** Returns a scenario without attackers, events and expectations. */
export function withoutAttackers(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree
  const bare = withoutKeys(tree, LEFT_OUT)
  const duration = bare.entries.get('duration')
  return duration === undefined
    ? bare
    : { ...bare, entries: new Map(bare.entries).set('duration', { ...duration, tree: longEnough(duration.tree) }) }
}

/**
 * Returns a duration of at least LONGEST_NS. Workloads that end with the duration have to last as long as they are
 * attacked. A longer duration stays, because workloads may start later.
 */
function longEnough(duration: Tree): Tree {
  if (duration.kind !== 'scalar' || (typeof duration.value !== 'string' && typeof duration.value !== 'number'))
    return duration
  const parsed = parseQuantity(DURATION, duration.value)
  return parsed.ok && parsed.value < LONGEST_NS ? { ...duration, value: formatDuration(LONGEST_NS) } : duration
}

/** Returns the matrix of a scenario without attackers that was read. */
export function matrixOf(own: Tree, file: string, only: readonly string[] | null): ReadMatrix {
  const base = offeredBy(own, file)
  if (!base.ok) return base
  const { tree: bare, loaded } = base
  const { blueprint } = loaded.scenario
  const used = new Set(blueprint.workloads.map(({ path }) => path))
  const wanted = [...used].filter((path) => only === null || only.includes(path)).sort((a, b) => (a < b ? -1 : 1))
  const cases = wanted.flatMap((path) => {
    const rows = [...MATRIX_ROWS, ...holderRows(blueprint, path)]
    return casesOf(path, rows, bare, file, hasReadOnlyPort(blueprint, path))
  })
  return {
    ok: true,
    matrix: {
      scenario: blueprint.name,
      seed: blueprint.seed,
      kubernetes: blueprint.cluster?.version.text ?? null,
      allPaths: [...used].sort((a, b) => (a < b ? -1 : 1)),
      paths: wanted.map((path) => describePath(blueprint, path)),
      unmodelled: loaded.unmodelled,
      cases,
      offered: base,
      places: [...new Set(cases.map(({ row }) => row.place))],
    },
  }
}

function describePath(blueprint: Blueprint, declared: string): Omit<MatrixPath, 'medium'> {
  const path = blueprint.paths.find((one) => one.declared === declared)!
  return {
    name: declared,
    kind: path.kind,
    letter: letterOf(path),
    protection: describeProtection(blueprint, path.name),
  }
}

/** Makes the cells of a path from one scenario with an attacker for each row, or for each group of harmless rows. */
function casesOf(
  path: string,
  all: readonly MatrixRow[],
  bare: Tree,
  file: string,
  withReadOnlyPort: boolean,
): MatrixCase[] {
  const rowsByName = groupBy(all, nameOf)
  const readOnlyPort = withReadOnlyPort ? `${path}_read-only-port` : null
  const attackersByName = [...rowsByName].map(([name, rows]) => [name, attackerOf(rows, path, readOnlyPort)] as const)
  const added = {
    ...(readOnlyPort === null
      ? {}
      : { paths: { [readOnlyPort]: { kind: kindForwarding('nodes'), port: READ_ONLY_PORT } } }),
    attackers: Object.fromEntries(attackersByName),
  }
  const nowhere = { source: new SourceText('matrix', ''), start: 0, end: 0 }
  const loaded = checkTree(mergeTrees(bare, buildTree(added, nowhere)), file)
  if (!loaded.ok) throw new Error(`the attackers of the matrix are invalid: ${JSON.stringify(loaded.problems[0])}`)
  const { blueprint } = loaded.scenario
  const attackers = new Map(blueprint.attackers.map((attacker) => [attacker.name, attacker]))
  const present = all.flatMap((row) => {
    const attacker = attackers.get(nameOf(row))
    const isThere = attacker !== undefined && attacker.plan.length > 0 && isPossible(row, attacker)
    return isThere ? [{ row, attacker }] : []
  })
  const scenarios = new Map(
    [...groupBy(present, runOf)].map(([run, rows]) => {
      const attacker = combined(rows.map((one) => one.attacker))
      return [run, { blueprint: reducedTo(blueprint, path, attacker), expectations: [] }]
    }),
  )
  return all.map((row) => {
    const found = present.find((one) => one.row === row)
    if (found !== undefined)
      return {
        path,
        row,
        on: found.attacker.on.name,
        scenario: scenarios.get(runOf(found))!,
        otherwise: 'not-applicable',
      }
    const isAbsent = (attackers.get(nameOf(row))?.plan.length ?? 0) === 0
    return { path, row, on: null, scenario: null, otherwise: isAbsent ? 'not-applicable' : 'unreachable' }
  })
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

interface PresentRow {
  readonly row: MatrixRow
  readonly attacker: AttackerBlueprint
}

/**
 * Returns the key of a row's run. Rows with the same place and plan share a run. Harmless rows also share one, but
 * those of holders are separate.
 */
function runOf({ row, attacker }: PresentRow): string {
  const { on, vantage, holds, plan } = attacker
  const what = isHarmless(row) ? 'harmless' : plan
  return JSON.stringify([on, vantage, holds, what, row.isOfHolder === true])
}

/** Returns an attacker with the distinct steps of several attackers. */
function combined(attackers: readonly AttackerBlueprint[]): AttackerBlueprint {
  const steps = new Map(attackers.flatMap(({ plan }) => plan.map((step) => [JSON.stringify(step), step])))
  return { ...attackers[0], plan: [...steps.values()] }
}

/** Returns whether an attacker can be at its place. No other host can join the loopback of a path within a host. */
function isPossible({ vantage }: MatrixRow, { on }: AttackerBlueprint): boolean {
  return on.kind !== 'host' || !VANTAGES[vantage].hasOwnHost
}

/** Returns the name of an attacker. It derives from the row, so that new rows do not change other names. */
function nameOf(row: MatrixRow): string {
  const { place, vantage, technique, isOfHolder } = row
  return [...(isOfHolder ? ['holder'] : []), place, vantage, ...(isHarmless(row) ? [] : [technique])]
    .join('_')
    .replaceAll(/[^\w-]+/g, '-')
}

function attackerOf(rows: readonly MatrixRow[], path: string, readOnlyPort: string | null): TreeInput {
  const { place, vantage, holds } = rows[0]
  const where = VANTAGES[vantage].hasNetworkPlace ? { on: place } : { as: place }
  const plan = rows.flatMap(({ technique, steps, isOfHolder }) => {
    const { onReadOnlyPort } = TECHNIQUES[technique].matrix
    const isOnBoth = onReadOnlyPort !== undefined && readOnlyPort !== null && !isOfHolder
    return [
      ...steps.map((step) => ({ technique, path, ...step })),
      ...(isOnBoth ? [{ technique, path: readOnlyPort, ...onReadOnlyPort }] : []),
    ]
  })
  return { ...where, vantage, holds, plan }
}

/** Returns whether a path leads to a kubelet of a cluster, which also has a read-only port. */
function hasReadOnlyPort({ cluster, paths }: Blueprint, declared: string): boolean {
  const isKubelets = paths.some((path) => path.declared === declared && isForwarding(path.kind, 'kubelets'))
  return cluster !== null && isKubelets
}

/** Returns the blueprint with one path, its workloads and one attacker. */
function reducedTo(blueprint: Blueprint, path: string, attacker: AttackerBlueprint): Blueprint {
  const attacked = attacker.plan.flatMap((step) => step.paths)
  const paths = blueprint.paths.filter(({ declared }) => declared === path || attacked.includes(declared))
  const flowing = paths.find(({ declared }) => declared === path)!
  const workloads = blueprint.workloads.filter((workload) => workload.path === path)
  const attackers = [{ ...attacker, plan: attacker.plan.map(onStandingConnections) }]
  return {
    ...blueprint,
    durationNs: LONGEST_NS,
    paths,
    choosesInTurn: true,
    workloads: workloads.flatMap((workload) => shortWorkload(workload, flowing, { ...blueprint, attackers })),
    attackers,
  }
}

/** Delays a step of a technique that acts on established connections until they are established. */
function onStandingConnections(step: AttackStepBlueprint): AttackStepBlueprint {
  const { isOnStandingConnections } = USED_TECHNIQUES[step.technique].matrix
  return isOnStandingConnections ? { ...step, atNs: Math.max(step.atNs, STANDING_NS) } : step
}

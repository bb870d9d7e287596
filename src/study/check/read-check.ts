import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { kindForwarding } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import type { Acceptance } from '../../measure/acceptance.ts'
import type { Granted } from '../../measure/check.ts'
import type { PolicyRule } from '../../measure/policy.ts'
import type { AcceptedUnknown, Unknown } from '../../measure/unknown.ts'
import {
  type CheckedScenario,
  checkTree,
  type LoadedScenario,
  readTree,
  type ScenarioOptions,
  type ScenarioSource,
} from '../../scenario/load.ts'
import { type Problem, sortProblems } from '../../scenario/problems/problem.ts'
import type { AttackSource } from '../../scenario/tree/overlay-attack.ts'
import { scalarAt, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { UnmodelledPath } from '../../scenario/tree/unmodelled-paths.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { AttackerBlueprint } from '../../simulation/blueprint-attack.ts'
import { checkArgument, checkShape, InvalidOptions } from '../../simulation/given/check-given.ts'
import { LOAD_SHAPE } from '../../simulation/given/shapes.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { SCOPE_SHAPE, SOURCE } from '../given.ts'
import { type Matrix, type MatrixCase, matrixOf, withoutAttackers } from '../matrix/matrix.ts'
import { type Offered, perSetUp } from '../matrix/offered.ts'
import { attackProbe } from './attack-probe.ts'
import { Causes } from './causes.ts'
import { grantsIn } from './grants.ts'
import { Settings, type WeakSetting } from './weak-settings.ts'

/** A simulation of a check: an attack file, the attackers of the scenario, or one or more cells of the matrix. */
export interface Probe {
  readonly scenario: CheckedScenario
  /** The attack file; null for cells and for attackers of the scenario. */
  readonly attack: string | null
  /** The cells of the matrix that the simulation covers; empty for other attackers. */
  readonly cells: readonly MatrixCase[]
}

/** An attack with the name that the user gave it. */
export interface NamedAttack {
  readonly name: string
  readonly source: AttackSource
}

/** The attackers and paths that a check tries. A null list does not restrict it. */
export interface CheckScope {
  readonly attacks: readonly NamedAttack[]
  /** True if the user named the attacks. Then nothing else is tried, and an invalid attack is a problem. */
  readonly areNamed: boolean
  /** True if only the matrix is tried. */
  readonly isMatrix: boolean
  readonly paths: readonly string[] | null
  readonly places: readonly string[] | null
  readonly vantages: readonly string[] | null
  readonly techniques: readonly string[] | null
}

/** A scenario with everything that its check simulates. */
export interface CheckPlan {
  /** The name of the scenario file. */
  readonly file: string
  /** The changes that options make to the scenario. */
  readonly changes: ScenarioOptions
  readonly scope: CheckScope
  /** The matrix, with the cells to try. */
  readonly matrix: Matrix
  /** The whole scenario, with its attackers. */
  readonly loaded: LoadedScenario
  /** The scenario as written, with its bases and the changes by options. */
  readonly tree: Tree
  readonly policy: readonly PolicyRule[]
  /** True if the scenario or an option sets the policy. Otherwise the default policy applies. */
  readonly isPolicyGiven: boolean
  readonly acceptances: readonly Acceptance[]
  /** The questions about an imported cluster that are open. */
  readonly unknowns: readonly Unknown[]
  readonly acceptedUnknowns: readonly AcceptedUnknown[]
  readonly probes: readonly Probe[]
  /** The settings that leave paths open. */
  readonly weakSettings: readonly WeakSetting[]
  /** The rights by which their holders get what others own. */
  readonly granted: readonly Granted[]
  /** Explains verdicts. */
  readonly causes: Causes
  /** The attacks that do not fit the scenario. */
  readonly unfit: readonly { readonly attack: string; readonly reason: string }[]
}

export type ReadCheck =
  | { readonly ok: true; readonly plan: CheckPlan }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** The scope of a whole check: the matrix, and the attackers of the scenario. Attack files are passed in. */
const WHOLE: CheckScope = {
  attacks: [],
  areNamed: false,
  isMatrix: false,
  paths: null,
  places: null,
  vantages: null,
  techniques: null,
}

/**
 * Reads a scenario, and plans its check.
 * @throws InvalidOptions for arguments of another kind, options that do not exist, and names in `part` that do not
 * exist
 */
export function readCheck(
  source: ScenarioSource,
  changes: ScenarioOptions = {},
  part: Partial<CheckScope> = {},
): ReadCheck {
  checkArgument('source of readCheck', source, SOURCE)
  checkShape('option of readCheck', changes, LOAD_SHAPE)
  checkShape('part of the check of readCheck', part, SCOPE_SHAPE)
  const read = readChecks([source], changes, { ...WHOLE, ...part })
  return read.ok ? { ok: true, plan: read.plans[0] } : read
}

/**
 * Reads several scenarios, and plans their checks.
 * @throws InvalidOptions for a name in the scope that none of them has
 */
export function readChecks(
  sources: readonly ScenarioSource[],
  changes: ScenarioOptions,
  scope: CheckScope,
):
  | { readonly ok: true; readonly plans: readonly CheckPlan[] }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  refuseUnknown('vantage', scope.vantages, namesOf(VANTAGES))
  refuseUnknown('technique', scope.techniques, namesOf(TECHNIQUES))
  const all = sources.map((source) => readOne(source, changes, scope))
  const problems = all.flatMap((read) => (read.ok ? [] : read.problems))
  if (problems.length > 0) return { ok: false, problems }
  const plans = all.flatMap((read) => (read.ok ? [read.plan] : []))
  const paths = plans.flatMap(({ matrix }) => matrix.allPaths)
  refuseUnknown('path', scope.paths, [...new Set(paths)])
  refuseUnknown('place', scope.places, [...new Set(plans.flatMap(({ matrix }) => matrix.places))])
  return { ok: true, plans }
}

function refuseUnknown(what: string, given: readonly string[] | null, known: readonly string[]): void {
  const unknown = given?.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const hint = didYouMean(unknown, known)
  throw new InvalidOptions(
    `there is no ${what} ${unknown}; ${hint === undefined ? '' : `${hint}; `}the ${what}s are ${known.join(', ')}`,
  )
}

function readOne(source: ScenarioSource, changes: ScenarioOptions, scope: CheckScope): ReadCheck {
  const { tree, problems } = readTree(source, changes)
  if (tree === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  return planCheck(tree, source.file, scope, changes)
}

/** Plans the check of a scenario that was read. */
export function planCheck(tree: Tree, file: string, scope: CheckScope, changes: ScenarioOptions = {}): ReadCheck {
  const whole = checkTree(tree, file)
  if (!whole.ok) return whole
  const bare = withoutAttackers(tree)
  const read = matrixOf(bare, file, scope.areNamed ? [] : scope.paths)
  if (!read.ok) return read
  const { offered } = read.matrix
  const attacks = scope.places === null ? attackProbes(offered, file, scope) : NO_ATTACKS
  if (attacks.problems.length > 0) return { ok: false, problems: sortProblems(attacks.problems) }
  const { scenario, printable } = offered.loaded
  const settings = new Settings(scenario.blueprint, printable)
  const matrix = {
    ...read.matrix,
    cases: read.matrix.cases.filter((one) => isWanted(one, scope)),
    unmodelled: read.matrix.unmodelled.map((one) => withSettings(one, tree, settings)),
  }
  const hasOwn = !scope.isMatrix && !scope.areNamed && scope.places === null
  const own = hasOwn ? ownProbes(whole.scenario, scope) : []
  const { policy = [], acceptances = [], unknowns = [], acceptedUnknowns = [] } = whole.scenario
  return {
    ok: true,
    plan: {
      file,
      changes,
      scope,
      matrix,
      loaded: whole,
      tree,
      policy,
      isPolicyGiven: treeAt(tree, ['policy']) !== undefined,
      acceptances,
      unknowns,
      acceptedUnknowns,
      probes: [...own, ...cellProbes(matrix.cases), ...attacks.probes],
      unfit: attacks.unfit,
      weakSettings: settings.weakSettings(),
      granted: grantsIn(scenario.blueprint, printable, policy),
      causes: new Causes(scenario.blueprint, printable),
    },
  }
}

/**
 * Adds to an unmodelled path to kubelets the settings that leave their ports open, because no simulation shows them.
 */
function withSettings(one: UnmodelledPath, tree: Tree, settings: Settings): UnmodelledPath {
  const kind = scalarAt(tree, ['paths', one.path, 'kind'])
  const open = kind === KUBELETS_KIND ? settings.ofKubelets() : []
  const texts = open.map(({ what, from }) => `${what}, ${from}`)
  return open.length === 0
    ? one
    : { ...one, reason: `${one.reason}; not simulated either, but set: ${texts.join('; ')}` }
}

const KUBELETS_KIND = kindForwarding('kubelets')

function isWanted({ path, row }: MatrixCase, { paths, places, vantages, techniques }: CheckScope): boolean {
  const isIn = (list: readonly string[] | null, name: string) => list === null || list.includes(name)
  return isIn(paths, path) && isIn(places, row.place) && isIn(vantages, row.vantage) && isIn(techniques, row.technique)
}

/** Returns whether an attacker uses one of the techniques on one of the paths from one of the vantages. */
function isAttackerWanted({ vantage, plan }: AttackerBlueprint, { paths, vantages, techniques }: CheckScope): boolean {
  return (
    (vantages === null || vantages.includes(vantage)) &&
    plan.some(
      (step) =>
        (techniques === null || techniques.includes(step.technique)) &&
        (paths === null || step.paths.some((path) => paths.includes(path))),
    )
  )
}

/**
 * Returns the probe of the scenario's own attackers, with its own workloads and events. Connections choose their ends
 * in turn.
 */
function ownProbes(scenario: CheckedScenario, scope: CheckScope): readonly Probe[] {
  const isAttacked = scenario.blueprint.attackers.some((attacker) => isAttackerWanted(attacker, scope))
  const blueprint = { ...scenario.blueprint, choosesInTurn: true } as const
  return isAttacked ? [{ scenario: { ...scenario, blueprint }, attack: null, cells: [] }] : []
}

interface AttackProbes {
  readonly probes: readonly Probe[]
  readonly unfit: CheckPlan['unfit']
  readonly problems: readonly Problem[]
}

const NO_ATTACKS: AttackProbes = { probes: [], unfit: [], problems: [] }

/** Plans each attack, and again for each further set-up of kubelets that it attacks. */
function attackProbes(offered: Offered, file: string, scope: CheckScope): AttackProbes {
  const probes: Probe[] = []
  const unfit: { attack: string; reason: string }[] = []
  const problems: Problem[] = []
  const setUps = perSetUp(offered)
  for (const { name, source } of scope.attacks) {
    const all = setUps.map((tree) => attackProbe(tree, file, source))
    const planned = new Map(
      all.flatMap(({ blueprint }) => (blueprint === null ? [] : [[attackedBy(blueprint), blueprint] as const])),
    )
    const [first] = all
    if (planned.size === 0 && first.blueprint === null) {
      unfit.push({ attack: name, reason: first.reason })
      if (scope.areNamed) problems.push(...first.problems)
    }
    for (const blueprint of planned.values())
      if (blueprint.attackers.some((attacker) => isAttackerWanted(attacker, scope)))
        probes.push({ scenario: { blueprint, expectations: [] }, attack: name, cells: [] })
  }
  return { probes, unfit, problems }
}

/** Returns what tells an attack on one set-up of kubelets from that on another: its attackers, with their paths. */
function attackedBy({ attackers }: Blueprint): string {
  return JSON.stringify(attackers.map(({ on, plan }) => [on, plan]))
}

/** Groups the cells that share a simulation. */
function cellProbes(cases: readonly MatrixCase[]): readonly Probe[] {
  const byScenario = new Map<CheckedScenario, MatrixCase[]>()
  for (const one of cases)
    if (one.scenario !== null) byScenario.set(one.scenario, [...(byScenario.get(one.scenario) ?? []), one])
  return [...byScenario].map(([scenario, cells]) => ({ scenario, attack: null, cells }))
}

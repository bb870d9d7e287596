import { checkOwnCode } from '../simulation/own-code/check-own-code.ts'
import type { CongestionControlsByName } from '../transport/congestion/congestion-controls.ts'
import type { CheckedScenario } from './checked-scenario.ts'
import { type Expansion, expandCluster } from './cluster/expand-cluster.ts'
import { applyOverride, applyPolicy, applySeed } from './overrides.ts'
import { type FoundProblem, type Problem, problemAt, sortProblems } from './problems/problem.ts'
import { SourceText } from './problems/source-text.ts'
import { resolveScenario } from './resolve-scenario.ts'
import { checkSchema } from './schema/check-schema.ts'
import { readGrid } from './sweep/sweep-grid.ts'
import { parseWithBases, type ReadText } from './tree/extends.ts'
import { Findings } from './tree/findings.ts'
import { type AttackSource, overlayAttack } from './tree/overlay-attack.ts'
import { sizeProblem } from './tree/size.ts'
import { plainOf, positionAt, type Tree } from './tree/tree.ts'
import { NOT_MODELLED, type UnmodelledPath, withoutUnmodelled } from './tree/unmodelled-paths.ts'
import type { ParsedTree } from './tree/yaml-tree.ts'

/** The text of a scenario, with its name and a way to read the files that it extends. */
export interface ScenarioSource {
  readonly text: string
  /** The name of the file in problems; `-` means standard input. */
  readonly file: string
  /** Returns the text of a file that `extends` names, or throws. If `read` is absent, `extends` is refused. */
  readonly read?: ReadText
}

/** Changes that are applied to a scenario before it is checked. */
export interface ScenarioOptions {
  /** The seed, which replaces the seed in the file. It must be a safe integer. */
  readonly seed?: number
  /** Overrides such as `links.wan.loss=1%`; later ones override earlier ones. */
  readonly set?: readonly string[]
  /** The policy, which replaces the policy in the file: names of policies, and rules. */
  readonly policy?: readonly string[]
  /** Attacks to add to the scenario, one after the other, before `set`. */
  readonly attacks?: readonly AttackSource[]
  /** Congestion controls of your own, by the names with which hosts select them. Pass them to `simulate` too. */
  readonly congestionControls?: CongestionControlsByName
}

/** The result of loading a scenario: the scenario, or its problems. */
export type Loaded = LoadedScenario | { readonly ok: false; readonly problems: readonly Problem[] }

/** A loaded scenario without problems. */
export interface LoadedScenario {
  readonly ok: true
  readonly scenario: CheckedScenario
  /**
   * The scenario file with bases, overrides and seed, as plain values. Written as YAML, it loads as the same scenario.
   */
  readonly document: object
  /** The document with its cluster expanded. Every value has its origin. */
  readonly printable: Tree
  /** The paths that exist but are not simulated. */
  readonly unmodelled: readonly UnmodelledPath[]
  /** Problems that do not prevent a simulation. They say that the scenario probably is not what its author meant. */
  readonly warnings: readonly Problem[]
}

export type { CheckedScenario }

/**
 * Reads and checks a scenario. Returns a scenario that can be simulated, or all its problems. No content of a scenario
 * makes it throw.
 * @throws InvalidOwnCode for an object in `congestionControls` that is no congestion control
 * @example
 * const loaded = loadScenario({ text: readFileSync('wan.yaml', 'utf8'), file: 'wan.yaml' }, { seed: 7 })
 * if (!loaded.ok) console.error(loaded.problems.map(formatProblem).join('\n'))
 */
export function loadScenario(source: ScenarioSource, options: ScenarioOptions = {}): Loaded {
  const { tree, problems } = readTree(source, options)
  const { congestionControls = {} } = options
  checkOwnCode({ congestionControls })
  return tree === null
    ? { ok: false, problems: sortProblems(problems) }
    : checkTree(tree, source.file, problems, congestionControls)
}

/** Reads a scenario with its bases, attacks, overrides and seed, without checking it. */
export function readTree(source: ScenarioSource, options: ScenarioOptions = {}): ParsedTree {
  const parsed = parseWithBases(new SourceText(source.file, source.text), source.read)
  // A value that is not a map is reported when the scenario is checked. Nothing can be added to it.
  if (parsed.tree?.kind !== 'map') return parsed
  const problems = [...parsed.problems]
  let tree: Tree = parsed.tree
  for (const attack of options.attacks ?? []) {
    const merged = overlayAttack(tree, attack)
    if (merged.tree !== null) tree = merged.tree
    problems.push(...merged.problems)
  }
  for (const text of options.set ?? []) {
    const applied = applyOverride(tree, text)
    tree = applied.tree
    problems.push(...applied.problems)
  }
  if (options.policy !== undefined && options.policy.length > 0 && tree.kind === 'map')
    tree = applyPolicy(tree, options.policy)
  if (options.seed !== undefined) tree = applySeed(tree, options.seed)
  const tooLarge = sizeProblem(tree)
  return tooLarge === null ? { tree, problems } : { tree: null, problems: [...problems, tooLarge] }
}

/**
 * Checks a scenario that was read.
 * @param earlier the problems found while reading it
 * @param congestionControls the controls that hosts may name in addition to those of the registry
 */
export function checkTree(
  whole: Tree,
  file: string,
  earlier: readonly FoundProblem[] = [],
  congestionControls: CongestionControlsByName = {},
): Loaded {
  const { tree, unmodelled } = withoutUnmodelled(whole)
  const expansion = expandCluster(tree)
  const findings = new Findings(expansion.tree)
  const sections = checkSchema(expansion.tree, findings)
  const isWhole = sections !== null && !expansion.isBroken
  const scenario = isWhole
    ? resolveScenario(sections, expansion.tree, nameOf(file), findings, congestionControls)
    : null
  const problems = withUnfitPreset([...earlier, ...findings.problems, ...readGrid(tree).problems], expansion)
  if (scenario === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  const { name, seed } = scenario.blueprint
  return {
    ok: true,
    scenario,
    printable: expansion.printable,
    document: { ...(plainOf(whole) as object), name, seed },
    unmodelled,
    warnings: sortProblems([...findings.warnings, ...unmodelled.map((one) => warningOf(one, whole))]),
  }
}

function warningOf({ path, reason }: UnmodelledPath, tree: Tree): FoundProblem {
  const position = positionAt(tree, ['paths', path, NOT_MODELLED])
  const message = `${path} is not modelled, so that there is no verdict on it: ${reason}`
  return { ...problemAt(position, 'not-modelled-yet', message), severity: 'warning' }
}

/**
 * Replaces the problems of a preset's values, which are all at the preset's name, with the one problem that the preset
 * does not exist in this version. A scenario that overrides these values has no such problems and can use the preset.
 */
function withUnfitPreset(problems: readonly FoundProblem[], { unfit }: Expansion): readonly FoundProblem[] {
  if (unfit === null) return problems
  const { file, line, column } = unfit
  const others = problems.filter((one) => one.file !== file || one.line !== line || one.column !== column)
  return others.length === problems.length ? problems : [unfit, ...others]
}

/** Returns the name of a scenario that gives none: the name of its file without invalid characters. */
function nameOf(file: string): string {
  const base = file.split(/[/\\]/).pop() ?? ''
  const name = base
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100)
  return /[A-Za-z0-9]/.test(name) ? name : 'scenario'
}

import type { CheckedScenario } from './checked-scenario.ts'
import { expandCluster } from './cluster/expand-cluster.ts'
import { Findings } from './problems/findings.ts'
import { type Problem, sortProblems } from './problems/problem.ts'
import { resolveScenario } from './resolve-scenario.ts'
import { checkSchema } from './schema/check-schema.ts'
import { readGrid } from './sweep/sweep-grid.ts'
import { parseWithBases, type ReadText } from './tree/extends.ts'
import { type AttackSource, overlayAttack } from './tree/overlay-attack.ts'
import { applyOverride, applySeed } from './tree/overrides.ts'
import { SourceText } from './tree/source-text.ts'
import { plainOf, type Tree } from './tree/tree.ts'
import type { ParsedTree } from './tree/yaml-tree.ts'

export interface ScenarioSource {
  readonly text: string
  /** As it shows in problems; `-` for standard input. */
  readonly file: string
  /** Gives the text of a file that `extends` names, or throws. Absent: `extends` is refused. */
  readonly read?: ReadText
}

export interface ScenarioOptions {
  /** In place of the one in the file; a safe integer. */
  readonly seed?: number
  /** Like `links.wan.loss=1%`, the later ones over the earlier. */
  readonly set?: readonly string[]
  /** Laid over the scenario, one after the other, before `set`. */
  readonly attacks?: readonly AttackSource[]
}

export type Loaded = LoadedScenario | { readonly ok: false; readonly problems: readonly Problem[] }

export interface LoadedScenario {
  readonly ok: true
  readonly scenario: CheckedScenario
  /** What the file says after bases, overrides and seed, as plain values: as YAML again, it loads to the same scenario. */
  readonly document: object
  /** The same with its cluster spelled out, every value knowing where it came from. */
  readonly printable: Tree
}

export type { CheckedScenario }

/** Reads and checks a scenario. Whatever the text holds, this returns: a scenario that can be built, or all that is wrong with it. */
export function loadScenario(source: ScenarioSource, options: ScenarioOptions = {}): Loaded {
  const { tree, problems } = readTree(source, options)
  return tree === null ? { ok: false, problems: sortProblems(problems) } : checkTree(tree, source.file, problems)
}

/** What the file says, with bases, overrides and seed, before anything of it is checked. */
export function readTree(source: ScenarioSource, options: ScenarioOptions = {}): ParsedTree {
  const parsed = parseWithBases(new SourceText(source.file, source.text), source.read)
  if (parsed.tree === null) return parsed
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
  if (options.seed !== undefined) tree = applySeed(tree, options.seed)
  return { tree, problems }
}

/** `earlier`: what was found wrong when the tree was read. */
export function checkTree(tree: Tree, file: string, earlier: readonly Problem[] = []): Loaded {
  const expansion = expandCluster(tree)
  const findings = new Findings(expansion.tree)
  const sections = checkSchema(expansion.tree, findings)
  const isWhole = sections !== null && !expansion.isBroken
  const scenario = isWhole ? resolveScenario(sections, expansion.tree, nameOf(file), findings) : null
  const problems = [...earlier, ...findings.problems, ...readGrid(tree).problems]
  if (scenario === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  const { name, seed } = scenario.blueprint
  return { ok: true, scenario, printable: expansion.printable, document: { ...(plainOf(tree) as object), name, seed } }
}

/** What a scenario without a name is called: as its file, as far as that makes a name. */
function nameOf(file: string): string {
  const base = file.split(/[/\\]/).pop() ?? ''
  const name = base
    .replace(/\.ya?ml$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 100)
  return /[A-Za-z0-9]/.test(name) ? name : 'scenario'
}

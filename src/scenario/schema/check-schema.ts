import { didYouMean } from '../../values/did-you-mean.ts'
import { orList } from '../../values/kinds.ts'
import type { Hint } from '../../values/parsed.ts'
import { quoted } from '../../values/units.ts'
import { hintOf } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { Findings } from '../tree/findings.ts'
import { plainOf, type Tree, type TreePath, treeAt } from '../tree/tree.ts'
import { checkByPattern } from './check-by-pattern.ts'
import { NEEDED_SECTIONS, type ScenarioSection, scenarioSchema, type WrittenSections } from './scenario.ts'
import type { z } from './zod.ts'

type Issue = z.core.$ZodIssue

/**
 * Checks the tree against the schema and reports every mismatch. Mismatching values are removed, so that the other
 * values can be checked further. Returns null if too little remains.
 */
export function checkSchema(tree: Tree, findings: Findings): ScenarioSection | null {
  const byPattern = checkByPattern(tree)
  if (byPattern !== null) return withNeeded(byPattern, tree, findings)
  const plain = { root: plainOf(tree) }
  for (let round = 0; ; round++) {
    const parsed = scenarioSchema.safeParse(plain.root)
    if (parsed.success) return withNeeded(parsed.data, tree, findings)
    if (round === 0) for (const issue of parsed.error.issues) reportIssue(issue, [], plain.root, findings)
    for (const issue of parsed.error.issues) {
      for (const path of offendingPaths(issue)) {
        if (!leaveOut(plain.root, path) && !putFallback(plain.root, path)) return null
      }
    }
  }
}

function withNeeded(data: WrittenSections, tree: Tree, findings: Findings): ScenarioSection {
  for (const key of NEEDED_SECTIONS)
    if (treeAt(tree, [key]) === undefined && treeAt(tree, ['cluster']) === undefined)
      findings.reportInvalid([], 'missing-key', `the key ${key} is missing in the scenario`, { at: 'key' })
  const { hosts = new Map(), paths = new Map(), workloads = new Map() } = data
  return { ...data, hosts, paths, workloads }
}

/** Checks one value at `path` in the scenario. Reports an invalid value, and returns undefined. */
export function checkValue(schema: z.ZodType, value: unknown, path: TreePath, findings: Findings): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) reportIssue(issue, path, value, findings)
  return undefined
}

/** Reports an issue with the value `root`. The path of the issue is relative to `base`, the path of the value. */
function reportIssue(issue: Issue, base: TreePath, root: unknown, findings: Findings): void {
  const path = [...base, ...(issue.path as TreePath)]
  const value = valueAt(root, issue.path as TreePath)
  if (issue.code === 'unrecognized_keys') {
    const [today, planned] = issue.message.split('\n').map((keys) => keys.split(' ').filter((key) => key !== ''))
    for (const key of issue.keys) {
      const known = today.length > 0 ? `known: ${today.join(', ')}` : `not modelled yet: ${planned.join(', ')}`
      const hint = () => didYouMean(key, today, planned) ?? known
      findings.reportInvalid([...path, key], 'unknown-key', `${placeOf(path)} has no key ${quoted(key)}`, {
        at: 'key',
        hint,
      })
    }
  } else if (value === undefined) {
    const above = path.slice(0, -1)
    findings.reportInvalid(above, 'missing-key', `the key ${path[path.length - 1]} is missing in ${placeOf(above)}`, {
      at: 'key',
    })
  } else if (issue.code === 'invalid_key') {
    const hint = issue.issues[0]?.message
    findings.reportInvalid(path, 'bad-name', `${quoted(String(path[path.length - 1]))} is not a valid name`, {
      at: 'key',
      hint,
    })
  } else if (issue.code === 'invalid_union') reportUnion(issue.errors, path, value, findings)
  else {
    const { code, message, ...details } = describe(issue, path)
    findings.reportInvalid(path, code, message, details)
  }
}

function placeOf(path: TreePath): string {
  return path.length === 0 ? 'the scenario' : path.join('.')
}

/**
 * Reports a value that matches no alternative of a union. It uses the message of the alternative that accepts a value
 * of this shape.
 */
function reportUnion(
  branches: readonly (readonly Issue[])[],
  path: TreePath,
  value: unknown,
  findings: Findings,
): void {
  const isMisfit = (issue: Issue) => issue.path.length === 0 && ['wrong-type', 'invalid_type'].includes(codeOf(issue))
  const fitting = branches.filter((issues) => !issues.some(isMisfit))
  if (fitting.length === 0) {
    const expected = branches.map(([issue]) => issue.message.replace(/^expected /, ''))
    findings.reportInvalid(path, 'wrong-type', `expected ${orList([...new Set(expected)])}`)
    return
  }
  const others = branches.filter((issues) => issues.some(isMisfit)).map(([issue]) => issue.message)
  // If several alternatives accept the shape, the last one is the most general and has the most useful message.
  for (const issue of fitting[fitting.length - 1]) reportIssue(withAlternatives(issue, others), path, value, findings)
}

/** Adds the other shapes to the hint about an unknown word, because one of them may have been meant. */
function withAlternatives(issue: Issue, expected: readonly string[]): Issue {
  if (issue.code !== 'custom' || codeOf(issue) !== 'unknown-value' || expected.length === 0) return issue
  const own: Hint | undefined = issue.params?.hint
  const hint = () => hintOf(own) ?? `or write ${orList(expected.map((text) => text.replace(/^expected /, '')))}`
  return { ...issue, params: { ...issue.params, hint } }
}

function codeOf(issue: Issue): string {
  return issue.code === 'custom' ? String(issue.params?.code) : issue.code
}

function describe(
  issue: Issue,
  path: TreePath,
): { code: ProblemCode; message: string; hint?: Hint | undefined; at?: 'key' } {
  if (issue.code === 'custom' && issue.params?.code !== undefined) {
    return { code: issue.params.code, message: issue.message, hint: issue.params.hint }
  }
  if (issue.code === 'invalid_type' && issue.expected === 'never') {
    return { code: 'not-modelled-yet', message: `${path.join('.')} is not modelled yet`, at: 'key' }
  }
  if (issue.code === 'too_big' || issue.code === 'too_small') return { code: 'out-of-range', message: issue.message }
  if (issue.code === 'invalid_value') return { code: 'unknown-value', message: issue.message }
  return { code: 'wrong-type', message: issue.message }
}

function offendingPaths(issue: Issue): TreePath[] {
  const path = issue.path as TreePath
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

function valueAt(root: unknown, path: TreePath): unknown {
  let current = root
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

/** Removes the value at `path`, or the innermost value around it that exists. Items of lists keep their indices. */
function leaveOut(root: unknown, path: TreePath): boolean {
  for (let end = path.length; end > 0; end--) {
    const parent = valueAt(root, path.slice(0, end - 1))
    const key = path[end - 1]
    if (
      typeof parent !== 'object' ||
      parent === null ||
      (parent as Record<string | number, unknown>)[key] === undefined
    )
      continue
    if (Array.isArray(parent)) parent[Number(key)] = undefined
    else delete (parent as Record<string | number, unknown>)[key]
    return true
  }
  return false
}

/** Values for missing required keys, so that the other keys can be checked. */
const FALLBACKS: Readonly<Record<string, unknown>> = { version: 1 }

function putFallback(root: unknown, path: TreePath): boolean {
  const [key] = path
  if (typeof root !== 'object' || root === null || typeof key !== 'string' || !Object.hasOwn(FALLBACKS, key))
    return false
  ;(root as Record<string, unknown>)[key] = FALLBACKS[key]
  return true
}

import { type FoundProblem, problemAt } from '../problems/problem.ts'
import { type Position, SourceText } from '../problems/source-text.ts'
import { isOwnText } from './is-own-text.ts'
import { mergeTrees, type Tree, withoutKeys } from './tree.ts'
import { type ParsedTree, parseYamlTree } from './yaml-tree.ts'

const MAX_FILES = 16

/** Returns the text of a file, or throws. */
export type ReadText = (path: string) => string

/** Reads a scenario and the scenarios that it extends into one tree. The extending file overrides the extended one. */
export function parseWithBases(
  source: SourceText,
  read: ReadText | undefined,
  above: readonly string[] = [],
): ParsedTree {
  const { tree, problems } = parseYamlTree(source)
  if (tree === null || tree.kind !== 'map' || !tree.entries.has('extends')) return { tree, problems }
  const named = tree.entries.get('extends')!.tree
  const base = readBase(source, named, read, [...above, source.file])
  // Without its base, nearly every key would be reported as missing.
  if ('problem' in base) return { tree: null, problems: [...problems, base.problem] }
  const parsed = parseWithBases(base.source, read, [...above, source.file])
  const merged: Tree | null = parsed.tree === null ? null : mergeTrees(parsed.tree, withoutKeys(tree, ['extends']))
  return { tree: merged, problems: [...problems, ...parsed.problems] }
}

function readBase(
  source: SourceText,
  named: Tree,
  read: ReadText | undefined,
  chain: readonly string[],
): { source: SourceText } | { problem: FoundProblem } {
  const fail = (message: string, code: 'bad-base' | 'wrong-type' = 'bad-base') => ({
    problem: problemAt(named.position as Position, code, message),
  })
  if (named.kind !== 'scalar' || typeof named.value !== 'string' || named.value === '')
    return fail('expected the path of a scenario', 'wrong-type')
  if (read === undefined) return fail('`extends` is not allowed in a text without a file')
  const path = pathBeside(source.file, named.value)
  if (chain.includes(path)) return fail(`${path} extends itself: ${[...chain, path].join(' -> ')}`)
  if (chain.length >= MAX_FILES) return fail(`at most ${MAX_FILES} files can extend each other`)
  try {
    const base = new SourceText(path, read(path))
    return isOwnText(base.text, 'extends') ? { source: base } : fail(`${path} is no scenario: it has no \`version: 1\``)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error'
    // The message of the reader may already name the file.
    return fail(reason.startsWith(`cannot read ${path}`) ? reason : `cannot read ${path}: ${reason}`)
  }
}

/** Returns a path relative to a file; for standard input, relative to the working directory. */
function pathBeside(file: string, relative: string): string {
  if (/^([/\\]|[A-Za-z]:)/.test(relative)) return relative
  const folder = file === '-' ? [] : file.split(/[/\\]/).slice(0, -1)
  const steps = [...folder]
  for (const step of relative.split(/[/\\]/)) {
    const last = steps[steps.length - 1]
    if (step === '.' || (step === '' && steps.length > 0)) continue
    if (step === '..' && last !== undefined && last !== '..' && last !== '' && last !== '.') steps.pop()
    else steps.push(step)
  }
  return steps.join('/')
}

import { type FoundProblem, problemAt } from '../problems/problem.ts'
import type { Tree } from './tree.ts'
import { MAX_CHARACTERS, MAX_VALUES } from './yaml-document.ts'

/**
 * Returns a problem if a scenario, with its aliases and bases expanded, is larger than a text that can be read. So the
 * scenario in a run folder can always be read again.
 */
export function sizeProblem(tree: Tree): FoundProblem | null {
  const size = { values: 0, characters: 0 }
  measure(tree, 0, size)
  const { values, characters } = size
  if (values > MAX_VALUES)
    return problemAt(startOf(tree), 'too-large', `more than ${MAX_VALUES} values, with aliases and bases expanded`)
  if (characters <= MAX_CHARACTERS) return null
  const message = `with aliases and bases expanded, it has ${characters} characters, and at most ${MAX_CHARACTERS} are allowed`
  return problemAt(startOf(tree), 'too-large', message)
}

/** Adds the size of a tree when written as YAML with each value on its own line. */
function measure(tree: Tree, level: number, size: { values: number; characters: number }): void {
  size.values += 1
  size.characters += 2 * level + ': \n'.length
  if (tree.kind === 'scalar') size.characters += JSON.stringify(tree.value).length
  else if (tree.kind === 'list') for (const item of tree.items) measure(item, level + 1, size)
  else
    for (const [key, entry] of tree.entries) {
      size.characters += JSON.stringify(key).length
      measure(entry.tree, level + 1, size)
    }
}

function startOf({ position }: Tree) {
  return { ...position, end: position.start }
}

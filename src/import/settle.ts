import { type LoadedScenario, loadScenario } from '../scenario/load.ts'
import type { Problem } from '../scenario/problems/problem.ts'
import { SourceText } from '../scenario/problems/source-text.ts'
import { visible } from '../scenario/problems/visible.ts'
import type { Tree } from '../scenario/tree/tree.ts'
import { parseYamlTree } from '../scenario/tree/yaml-tree.ts'
import type { BuildContext } from './build/context.ts'
import { originText } from './origin.ts'
import { writeScenario } from './write-scenario.ts'

/** A scenario that loads without problems. */
export interface Settled {
  readonly text: string
  readonly loaded: LoadedScenario
}

/** The most values that are removed one after the other. */
const MAX_ROUNDS = 50

/**
 * Writes the scenario, and removes values that a scenario refuses, because the Kubernetes release would refuse them
 * too, or because they are not modelled. Each removed value is reported with its line and the reason.
 */
export function settle(context: BuildContext, head: readonly string[]): Settled {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const text = writeScenario(context.stanza, head)
    const loaded = loadScenario({ text, file: 'cluster.yaml' })
    if (loaded.ok) return { text, loaded }
    const removed = loaded.problems.filter((problem) => leaveOut(problem, text, context))
    if (removed.length === 0) throw new Error(`the imported scenario is invalid: ${JSON.stringify(loaded.problems[0])}`)
  }
  throw new Error('the imported scenario stays invalid')
}

function leaveOut({ line, column, message }: Problem, text: string, context: BuildContext): boolean {
  const path = pathAtLine(text, line, column)
  if (path === null) return false
  for (let depth = path.length; depth > 1; depth--) {
    const origin = context.stanza.remove(path.slice(0, depth))
    if (origin === null) continue
    context.note({
      kind: 'unmodelled',
      at: origin.kind === 'written' ? origin.at : null,
      message: `${path.slice(0, depth).join('.')} is left out: ${visible(message)}`,
      ...(origin.kind === 'written' ? {} : { consequence: `it was ${originText(origin)}` }),
    })
    return true
  }
  return false
}

/** Returns the path of the innermost value at a line and column. */
function pathAtLine(text: string, line: number, column: number): readonly string[] | null {
  const source = new SourceText('cluster.yaml', text)
  const lines = text.split('\n')
  const offset = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1
  const { tree } = parseYamlTree(source)
  return tree === null ? null : pathTo(tree, offset)
}

function pathTo(tree: Tree, offset: number): readonly string[] {
  if (tree.kind !== 'map') return []
  for (const [key, { keyPosition, tree: inner }] of tree.entries) {
    const end = Math.max(keyPosition.end, inner.position.end)
    if (offset >= keyPosition.start && offset < end) return [key, ...pathTo(inner, offset)]
  }
  return []
}

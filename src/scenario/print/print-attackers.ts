import { VANTAGES } from '../../attack/vantages.ts'
import type { AttackerBlueprint } from '../../simulation/blueprint-attack.ts'
import { isRole } from '../attackers/roles.ts'
import { originOf } from '../tree/origin.ts'
import { type MapTree, type Tree, treeAt, withValue } from '../tree/tree.ts'

/**
 * Replaces the roles of attackers with names. The role becomes part of the origin: `on: wan  # the link that it
 * crosses, attacks/x.yaml:7`. A role that does not exist in this scenario stays.
 */
export function withNamesForRoles(printable: MapTree, attackers: readonly AttackerBlueprint[]): MapTree {
  let section = treeAt(printable, ['attackers'])
  if (section?.kind !== 'map') return printable
  for (const attacker of attackers) {
    const tree = treeAt(section, [attacker.name])
    if (tree?.kind === 'map') section = withValue(section, attacker.name, attackerTree(tree, attacker))
  }
  return withValue(printable, 'attackers', section)
}

function attackerTree(tree: MapTree, { vantage, on, plan, absent }: AttackerBlueprint): MapTree {
  const isThere = plan.length > 0
  // A loopback interface has no name, so only the role can refer to it.
  const { isOnHost, actsAs } = VANTAGES[vantage]
  const isUser = actsAs === 'user'
  const isPlain = (on.kind === 'host') === isOnHost
  const key = isUser ? 'as' : 'on'
  const placed = isThere && (isPlain || isUser) ? withName(tree, key, on.name) : tree
  const steps = treeAt(placed, ['plan'])
  // If steps are absent, the indices of written and resolved steps differ.
  if (steps?.kind !== 'list' || absent.length > 0) return placed
  const items = steps.items.map((step, i) => (step.kind === 'map' ? withPaths(step, plan[i].paths) : step))
  return withValue(placed, 'plan', { ...steps, items })
}

function withName(tree: MapTree, key: string, name: string): MapTree {
  const written = treeAt(tree, [key])
  if (written?.kind !== 'scalar' || !isRole(String(written.value))) return tree
  return withValue(tree, key, named(written, name))
}

function withPaths(step: MapTree, paths: readonly string[]): MapTree {
  const written = treeAt(step, ['path'])
  const isOfRoles = written === undefined || textsOf(written).some(isRole)
  if (!isOfRoles) return step
  const origin =
    written === undefined ? { ...step.position, origin: `every path, ${originOf(step.position)}` } : withOrigin(written)
  const items = paths.map((path): Tree => ({ kind: 'scalar', position: origin, value: path }))
  return withValue(
    { ...step, position: origin },
    'path',
    items.length === 1 ? items[0] : { kind: 'list', position: origin, items },
  )
}

function textsOf(tree: Tree): string[] {
  if (tree.kind === 'list') return tree.items.flatMap(textsOf)
  return tree.kind === 'scalar' ? [String(tree.value)] : []
}

const named = (written: Tree, name: string): Tree => ({ kind: 'scalar', position: withOrigin(written), value: name })

function withOrigin(written: Tree): Tree['position'] {
  return { ...written.position, origin: `${textsOf(written).join(', ')}, ${originOf(written.position)}` }
}

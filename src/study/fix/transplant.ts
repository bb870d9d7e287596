import { dialledNode } from '../../cluster/paths/preferred-address.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'

/** The parts of a blueprint that changes of flags affect. */
const TOUCHED: readonly string[] = ['cluster', 'paths', 'identities']

/** A scenario without attackers, before and after changes of flags. */
export interface Difference {
  readonly before: Blueprint
  readonly after: Blueprint
}

/**
 * Returns the difference between a scenario and the changed one. Null if they differ outside of the cluster and its
 * paths, or if the apiserver then dials a node differently, because attackers are placed on the links that its
 * connections cross.
 */
export function differenceOf(before: Blueprint, after: Blueprint): Difference | null {
  if (!isSame(dialledNodes(before), dialledNodes(after))) return null
  const isOther = Object.entries(before).some(
    ([key, value]) => !TOUCHED.includes(key) && !isSame(value, Object.getOwnPropertyDescriptor(after, key)?.value),
  )
  return isOther ? null : { before, after }
}

/**
 * Returns the addresses or names at which the apiserver dials each node. Address types after the first one that a node
 * has do not matter.
 */
function dialledNodes({ cluster, hosts }: Blueprint): unknown {
  if (cluster === null) return null
  const types = cluster.apiserver.configuration.kubeletPreferredAddressTypes
  const nodes = new Set(cluster.nodes.map(({ name }) => name))
  return hosts.flatMap((host) => (nodes.has(host.name) ? [[host.name, dialledNode(types, host)]] : []))
}

/**
 * Returns the scenario of an attack with changes of flags, which avoids planning all attacks again. Null if the attack
 * itself changes the same parts.
 */
export function transplant(attacked: Blueprint, { before, after }: Difference): Blueprint | null {
  if (!isSame(attacked.cluster, before.cluster)) return null
  const paths = replaced(attacked.paths, before.paths, after.paths)
  const identities = replaced(attacked.identities, before.identities, after.identities)
  if (paths === null || identities === null) return null
  const known = new Set(identities.map(({ name }) => name))
  const added = after.identities.filter(({ name }) => !known.has(name))
  return { ...attacked, cluster: after.cluster, paths, identities: [...identities, ...added] }
}

/** Replaces named objects that change; null if one differs from its previous form. */
function replaced<One extends { readonly name: string }>(
  list: readonly One[],
  before: readonly One[],
  after: readonly One[],
): readonly One[] | null {
  const old = new Map(before.map((one) => [one.name, one]))
  const changed = new Map(after.flatMap((one) => (isSame(one, old.get(one.name)) ? [] : [[one.name, one] as const])))
  const isForeign = list.some((one) => changed.has(one.name) && !isSame(one, old.get(one.name)))
  return isForeign ? null : list.map((one) => changed.get(one.name) ?? one)
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || textOf(a) === textOf(b)
}

/** The texts of values that are compared repeatedly. A blueprint never changes. */
const TEXTS = new WeakMap<object, string>()

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const text = TEXTS.get(value) ?? JSON.stringify(value)
  TEXTS.set(value, text)
  return text
}

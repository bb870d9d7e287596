import type { Position } from '../problems/source-text.ts'
import { buildTree } from './build-tree.ts'
import type { MapEntry, MapTree, Tree } from './tree.ts'

/** The source of a map, such as a node of a pool. */
export interface Member {
  readonly name: string
}

/** Values of a map by their keys, which the schema returns as they are. */
export type OwnValues = Readonly<Record<string, string | boolean | readonly string[]>>

/**
 * The common form of maps that differ in few values, such as the hosts of a pool of nodes. Of all that these values have,
 * only the length of the member's name may decide whether they are valid: what is valid for the longest name is for all.
 */
export class Pattern<M extends Member> {
  readonly #sample: MapTree
  readonly #ownValuesOf: (member: M) => OwnValues

  /**
   * @param sample the map of any member
   * @param ownValuesOf returns the values in which the map of a member differs from those of others
   */
  constructor(sample: MapTree, ownValuesOf: (member: M) => OwnValues) {
    this.#sample = sample
    this.#ownValuesOf = ownValuesOf
  }

  get position(): Position {
    return this.#sample.position
  }

  ownValuesOf(member: M): OwnValues {
    return this.#ownValuesOf(member)
  }

  entriesOf(member: M): ReadonlyMap<string, MapEntry> {
    const entries = new Map(this.#sample.entries)
    for (const [key, value] of Object.entries(this.#ownValuesOf(member))) {
      const { keyPosition, tree } = entries.get(key)!
      entries.set(key, { keyPosition, tree: buildTree(value, tree.position) })
    }
    return entries
  }
}

/**
 * The map of one member of a pattern. Its entries are built each time that they are read: a cluster may have 100,000
 * nodes with several maps each, of which hardly any is read.
 */
export class PatternTree<M extends Member = Member> implements MapTree {
  readonly kind = 'map'
  readonly position: Position
  readonly member: M
  readonly pattern: Pattern<M>

  constructor(pattern: Pattern<M>, member: M) {
    this.position = pattern.position
    this.pattern = pattern
    this.member = member
  }

  get entries(): ReadonlyMap<string, MapEntry> {
    return this.pattern.entriesOf(this.member)
  }

  get ownValues(): OwnValues {
    return this.pattern.ownValuesOf(this.member)
  }
}

/** The maps of members, of which those of a group have one pattern. */
export class PatternTrees<M extends Member> {
  readonly #patterns = new Map<string, Pattern<M>>()
  readonly #groupOf: (member: M) => string
  readonly #mapOf: (member: M) => Tree
  readonly #ownValuesOf: (member: M) => OwnValues

  /**
   * @param groupOf returns what members have in common whose maps have one pattern
   * @param mapOf returns the map of a member
   * @param ownValuesOf returns the values in which it differs from the maps of others in its group
   */
  constructor(groupOf: (member: M) => string, mapOf: (member: M) => Tree, ownValuesOf: (member: M) => OwnValues) {
    this.#groupOf = groupOf
    this.#mapOf = mapOf
    this.#ownValuesOf = ownValuesOf
  }

  of(member: M): PatternTree<M> {
    const group = this.#groupOf(member)
    const pattern = this.#patterns.get(group) ?? new Pattern(this.#mapOf(member) as MapTree, this.#ownValuesOf)
    this.#patterns.set(group, pattern)
    return new PatternTree(pattern, member)
  }
}

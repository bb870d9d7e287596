import type { Position } from '../problems/source-text.ts'
import { buildTree } from './build-tree.ts'
import type { MapEntry, MapTree, Tree } from './tree.ts'

/** The source of one map, such as a node of a pool. */
export interface Member {
  readonly name: string
}

/** The values in which a map differs from others, by key. The schema returns them unchanged. */
export type OwnValues = Readonly<Record<string, string | boolean | readonly string[]>>

/**
 * The common form of maps that differ in few values, such as the hosts of a pool of nodes. The validity of these values
 * may depend only on the length of the member's name. Values that are valid for the longest name are then valid for
 * all.
 */
export class Pattern<M extends Member> {
  readonly #sample: MapTree
  readonly #ownValuesOf: (member: M) => OwnValues

  /**
   * @param sample the map of any member
   * @param ownValuesOf returns the values in which the map of a member differs from the others
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
 * The map of one member of a pattern. Its entries are built on each read. A cluster may have 100,000 nodes with several
 * maps each, and few of these are ever read.
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

/** The maps of members. The members of a group share one pattern. */
export class PatternTrees<M extends Member> {
  readonly #patterns = new Map<string, Pattern<M>>()
  readonly #groupOf: (member: M) => string
  readonly #mapOf: (member: M) => Tree
  readonly #ownValuesOf: (member: M) => OwnValues

  /**
   * @param groupOf returns a key for the group of a member
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

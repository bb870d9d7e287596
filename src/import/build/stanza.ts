import type { Origin, Sourced } from '../origin.ts'

/** A value that a scenario can write. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/** A list whose items have individual sources. */
export class SourcedList {
  readonly items: readonly Sourced<Plain>[]

  constructor(items: readonly Sourced<Plain>[]) {
    this.items = items
  }
}

/** A part of a scenario: values with their sources, under their keys. */
export class Stanza {
  readonly entries = new Map<string, Stanza | SourcedList | Sourced<Plain>>()
  /** A comment before the part, if it applies to all values in it. */
  heading: string | null = null

  /** Sets the value, or the items of a list, at a path. */
  set(path: readonly string[], value: Sourced<Plain> | SourcedList): void {
    const [key, ...rest] = path
    if (rest.length === 0) this.entries.set(key, value)
    else this.part(key).set(rest, value)
  }

  /** Returns the part under a key, creating it if it is missing. */
  part(key: string): Stanza {
    const found = this.entries.get(key)
    if (found instanceof Stanza) return found
    const made = new Stanza()
    this.entries.set(key, made)
    return made
  }

  get(path: readonly string[]): Sourced<Plain> | undefined {
    const [key, ...rest] = path
    const found = this.entries.get(key)
    if (found instanceof Stanza) return rest.length === 0 ? undefined : found.get(rest)
    return rest.length === 0 && !(found instanceof SourcedList) ? found : undefined
  }

  /** Sorts the values by their keys. */
  sortByKey(): void {
    const sorted = [...this.entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    this.entries.clear()
    for (const [key, value] of sorted) this.entries.set(key, value)
  }

  /** Removes the value at a path, and parts that become empty. Returns its source; null if there was no value. */
  remove(path: readonly string[]): Origin | null {
    const [key, ...rest] = path
    const found = this.entries.get(key)
    if (found === undefined) return null
    if (!(found instanceof Stanza)) {
      this.entries.delete(key)
      return found instanceof SourcedList ? found.items[0].origin : found.origin
    }
    const removed = rest.length === 0 ? null : found.remove(rest)
    if (found.entries.size === 0) this.entries.delete(key)
    return removed
  }
}

import { quoted } from '../../values/units.ts'
import { placeValue } from '../overrides.ts'
import { type FoundProblem, problemAt } from '../problems/problem.ts'
import type { Position } from '../problems/source-text.ts'
import type { MapTree, Tree } from '../tree/tree.ts'
import { labelOf } from './sweep-value.ts'

/** The most points of a sweep. */
export const MAX_POINTS = 10_000
const MAX_DIMENSIONS = 1_000
export const SEED = 'seed'

/** A dimension of a sweep: a path of the scenario, and its values. */
export interface Dimension {
  readonly path: string
  /** The position of the path, without quotes, in the file or in an option. */
  readonly position: Position
  readonly values: readonly Tree[]
}

export interface Grid {
  /**
   * The dimensions as declared, but `seed` is moved to the end, so that runs that differ only in their seed are
   * adjacent.
   */
  readonly dimensions: readonly Dimension[]
  readonly problems: readonly FoundProblem[]
}

const LIST_OR_RANGE = 'write a list such as [0%, 1%], or a range such as 1..30'

/** Returns the grid that `sweep` describes. Without `sweep`, it has no dimensions. */
export function readGrid(tree: Tree): Grid {
  const sweep = tree.kind === 'map' ? tree.entries.get('sweep')?.tree : undefined
  if (sweep === undefined || (sweep.kind === 'scalar' && sweep.value === null)) return { dimensions: [], problems: [] }
  if (sweep.kind !== 'map') {
    const message = 'expected a map such as { links.wan.loss: [0%, 1%], seed: 1..30 }'
    return { dimensions: [], problems: [problemAt(sweep.position, 'wrong-type', message)] }
  }
  const reader = new GridReader()
  for (const [path, { keyPosition, tree: values }] of sweep.entries) reader.read(path, keyPosition, values)
  reader.checkTogether()
  return { dimensions: [...reader.dimensions].sort(seedLast), problems: reader.problems }
}

class GridReader {
  readonly dimensions: Dimension[] = []
  readonly problems: FoundProblem[] = []

  read(path: string, keyPosition: Position, written: Tree): void {
    // null removes a dimension of the extended scenario.
    if (written.kind === 'scalar' && written.value === null) return
    const position = withoutQuotes(keyPosition)
    if (!this.#isPath(path, position)) return
    const values = this.#valuesOf(written)
    if (values !== null) this.dimensions.push({ path, position, values })
  }

  checkTogether(): void {
    const { length } = this.dimensions
    if (length > MAX_DIMENSIONS) {
      const message = `the grid has ${length} dimensions, and at most ${MAX_DIMENSIONS} are allowed`
      this.#report(this.dimensions[MAX_DIMENSIONS].position, message)
      return
    }
    let points = 1
    for (const [i, { path, position, values }] of this.dimensions.entries()) {
      const start = `${path}.`
      const inside = this.dimensions.find((other, j) => j < i && other.path.startsWith(start))
      if (inside !== undefined) {
        const message = `${path} would replace ${inside.path}, which comes before it`
        this.#report(position, message, `write ${path} before it`)
      }
      const before = points
      points *= values.length
      if (points > MAX_POINTS && before <= MAX_POINTS)
        this.#report(position, `the grid has ${points} points, and at most ${MAX_POINTS} are allowed`)
    }
  }

  #isPath(path: string, position: Position): boolean {
    if (path.includes('=')) {
      this.#report(position, `the path ${quoted(path)} contains =`)
      return false
    }
    if (/^sweep(\.|$)/.test(path)) {
      this.#report(position, 'a sweep cannot sweep itself')
      return false
    }
    const { problems } = placeValue(emptyAt(position), path, position, emptyAt(position))
    this.problems.push(...problems)
    return problems.length === 0
  }

  #valuesOf(written: Tree): readonly Tree[] | null {
    if (written.kind === 'list') return this.#itemsOf(written.items, written.position)
    const range = written.kind === 'scalar' ? /^(-?\d+)\.\.(-?\d+)$/.exec(String(written.value)) : null
    if (range === null) {
      const what = written.kind === 'map' ? 'a map' : quoted(String(written.value))
      this.#report(written.position, `expected a list of values or a range, found ${what}`, LIST_OR_RANGE)
      return null
    }
    return this.#wholeNumbers(Number(range[1]), Number(range[2]), written.position)
  }

  #itemsOf(items: readonly Tree[], position: Position): readonly Tree[] | null {
    if (items.length === 0) {
      this.#report(position, 'the list has no values', LIST_OR_RANGE)
      return null
    }
    const labels = new Set<string>()
    for (const item of items) {
      const label = labelOf(item)
      if (labels.has(label)) this.#report(item.position, `${label} occurs twice in this list`, 'keep one of the two')
      labels.add(label)
    }
    return items
  }

  #wholeNumbers(first: number, last: number, position: Position): readonly Tree[] | null {
    const count = last - first + 1
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last))
      this.#report(position, 'the ends of the range must be at most 2^53')
    else if (count < 1) this.#report(position, `the range ends before it begins`, `write ${last}..${first}`)
    else if (count > MAX_POINTS)
      this.#report(position, `the range has ${count} values, and at most ${MAX_POINTS} points are allowed`)
    else return Array.from({ length: count }, (_, i): Tree => ({ kind: 'scalar', position, value: first + i }))
    return null
  }

  #report(position: Position, message: string, hint?: string): void {
    this.problems.push(problemAt(position, 'bad-sweep', message, hint))
  }
}

/** An empty map in which any path can be placed. */
const emptyAt = (position: Position): MapTree => ({ kind: 'map', position, entries: new Map() })

function withoutQuotes(position: Position): Position {
  const isQuoted = /^["']/.test(position.source.text.slice(position.start, position.end))
  return isQuoted ? { ...position, start: position.start + 1, end: position.end - 1 } : position
}

function seedLast(a: Dimension, b: Dimension): number {
  return Number(a.path === SEED) - Number(b.path === SEED)
}

import { MAX_PROBLEMS, type Problem } from '../../scenario/problems/problem.ts'
import { SEED } from '../../scenario/sweep/sweep-grid.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import type { Tree } from '../../scenario/tree/tree.ts'

interface Found {
  readonly problem: Problem
  /** The first point that has it. */
  readonly point: SweepPoint
  readonly isInValue: boolean
  points: number
}

/**
 * Collects the distinct problems of the points of a grid. A problem that not all points have names its first point.
 */
export class PointProblems {
  readonly #found = new Map<string, Found>()
  #points = 0

  get areEnough(): boolean {
    return this.#found.size > MAX_PROBLEMS
  }

  add(problems: readonly Problem[], point: SweepPoint, values: readonly Tree[]): void {
    this.#points += 1
    for (const problem of problems) {
      const identity = JSON.stringify([problem.file, problem.line, problem.column, problem.code, problem.message])
      const known = this.#found.get(identity)
      if (known !== undefined) known.points += 1
      else
        this.#found.set(identity, {
          problem,
          point,
          isInValue: values.some((value) => isIn(problem, value)),
          points: 1,
        })
    }
  }

  all(): readonly Problem[] {
    return [...this.#found.values()].map(({ problem, point, isInValue, points }) => {
      if (isInValue || points === this.#points) return problem
      const where = `this is the point ${describe(point)}`
      return { ...problem, hint: problem.hint === undefined ? where : `${problem.hint}; ${where}` }
    })
  }
}

function describe(point: SweepPoint): string {
  const others = point.filter(({ path }) => path !== SEED)
  return (others.length > 0 ? others : point).map(({ path, label }) => `${path}=${label}`).join(', ')
}

/** Returns whether the position of a problem is the swept value itself. Then the point need not be named. */
function isIn({ file, line, column }: Problem, { position }: Tree): boolean {
  const start = position.source.positionOf(position.start)
  return file === position.source.file && line === start.line && column >= start.column
}

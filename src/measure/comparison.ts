import type { Comparison } from './expectation.ts'

/** Whether a figure keeps to its bound; both in the same unit. */
export function holds(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '=':
      return value === bound
    case '>=':
      return value >= bound
    case '>':
      return value > bound
  }
}

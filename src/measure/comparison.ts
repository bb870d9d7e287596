import type { Comparison } from './expectation.ts'

/** Returns whether a value satisfies a comparison with a bound in the same unit. */
export function isWithin(value: number, comparison: Comparison, bound: number): boolean {
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

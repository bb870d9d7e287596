import { heads } from '../columns.ts'
import { csvLines } from '../csv.ts'
import type { LimitsFormat } from './limits-format.ts'

/** Prints every tried value as CSV: a line for each axis, profile, criterion and value. */
export const limitsCsv: LimitsFormat = {
  meaning: 'print CSV, one line for each axis, profile, criterion and value that was tried',
  write: ({ scenario, kubernetes, axes, limits }) =>
    csvLines([
      heads('scenario', 'kubernetes', 'axis', 'unit', 'profile', 'criterion', 'value', 'broken', 'runs', 'low', 'high'),
      ...limits.flatMap(({ axis, profile, criterion, points }) => {
        const unit = axes.find(({ name }) => name === axis)?.unit ?? ''
        return points.map(({ value, broken, of, interval }) => [
          scenario,
          kubernetes,
          axis,
          unit,
          profile,
          criterion,
          value,
          broken,
          of,
          interval.low,
          interval.high,
        ])
      }),
    ]),
}

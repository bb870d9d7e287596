import { stringify } from 'yaml'
import type { PointDimension } from './point-grid.ts'

/**
 * Returns a scenario with its grid as YAML: one text without other files, which loads to the same points. The values of
 * the grid stay as they were written, since reports show them so (`1.50`).
 */
export function sweepText(document: object, dimensions: readonly PointDimension[]): string {
  return Object.entries(document)
    .map(([key, value]) =>
      key === 'sweep' && isMap(value) ? `sweep:\n${gridText(value, dimensions)}` : textOf({ [key]: value }),
    )
    .join('')
}

function gridText(grid: object, dimensions: readonly PointDimension[]): string {
  return Object.entries(grid)
    .map(([path, written]) => {
      const values = dimensions.find((dimension) => dimension.path === path)?.values
      const isList = Array.isArray(written) && values !== undefined
      const text = isList ? values.map(({ setting }) => `\n    - ${setting}`).join('') : ` ${textOf(written).trimEnd()}`
      return `  ${JSON.stringify(path)}:${text}\n`
    })
    .join('')
}

function textOf(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

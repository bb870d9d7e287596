import { stringify } from 'yaml'
import { hasHidden, visibleJson } from '../../scenario/problems/visible.ts'
import type { PointDimension } from '../../scenario/sweep/point-grid.ts'
import { readSweep, type Sweep } from './read-sweep.ts'
import { describeSweep, identityOf, type SweepDescription } from './sweep-description.ts'

/** Returns the scenario of a sweep in one text, which has the same points. */
export function sweepInOneText(sweep: Sweep, described: SweepDescription): string {
  const text = sweepText(sweep.document, described.dimensions)
  const again = readSweep({ file: 'scenario.yaml', text })
  const same =
    again.ok && identityOf(describeSweep(again.sweep, described.command, described)) === identityOf(described)
  if (!same) throw new Error('the scenario in one text has other points than the scenario in its files')
  return text
}

/**
 * Returns a scenario with its grid as one YAML text without other files. It loads as the same points. The values of the
 * grid stay as written, because reports show them so (`1.50`). Hidden characters are escaped, because readers of YAML
 * 1.1 take some of them for line ends, and terminals interpret others.
 */
function sweepText(document: object, dimensions: readonly PointDimension[]): string {
  return Object.entries(document)
    .map(([key, value]) =>
      key === 'sweep' && isMap(value) ? `sweep:\n${gridText(value, dimensions)}` : entryText(key, value),
    )
    .join('')
}

function gridText(grid: object, dimensions: readonly PointDimension[]): string {
  return Object.entries(grid)
    .map(([path, written]) => {
      const values = dimensions.find((dimension) => dimension.path === path)?.values
      const isList = Array.isArray(written) && values !== undefined
      const text = isList ? values.map(({ setting }) => `\n    - ${setting}`).join('') : ` ${textOf(written).trimEnd()}`
      return `  ${visibleJson(path)}:${text}\n`
    })
    .join('')
}

function entryText(key: string, value: unknown): string {
  const text = stringify({ [key]: value }, { lineWidth: 0 })
  return isShown(text) ? text : `${visibleJson(key)}: ${visibleJson(value)}\n`
}

function textOf(value: unknown): string {
  const text = stringify(value, { lineWidth: 0 })
  return isShown(text) ? text : `${visibleJson(value)}\n`
}

/** Returns whether a multi-line text has no hidden characters. */
function isShown(text: string): boolean {
  return !text.split('\n').some(hasHidden)
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

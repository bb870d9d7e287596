import type { Problem } from './problem.ts'
import { visible, visibleFile } from './visible.ts'

const WIDTH = 116

/**
 * Formats a problem for a terminal: `file:line:column: error[code]: message` (or `warning`), the source line, carets
 * below the position, and the hint if there is one.
 */
export function formatProblem(problem: Problem): string {
  const { file, line, column, code, message, hint, severity = 'error' } = problem
  const excerpt = excerptAround(problem.sourceLine, column)
  const gutter = `${line} | `
  const length = Math.max(1, (problem.endColumn ?? column + 1) - column)
  const indent = ' '.repeat(gutter.length + column - 1 - excerpt.cut)
  const carets = '^'.repeat(Math.min(length, Math.max(1, excerpt.text.length - (column - 1 - excerpt.cut))))
  return [
    `${visibleFile(file)}:${line}:${column}: ${severity}[${code}]: ${visible(message)}`,
    gutter + visible(excerpt.text),
    indent + carets,
    ...(hint === undefined ? [] : [`hint: ${visible(hint)}`]),
  ].join('\n')
}

/** Returns the part of a long line around a column, and the number of characters cut before it. */
function excerptAround(sourceLine: string, column: number): { text: string; cut: number } {
  if (sourceLine.length <= WIDTH) return { text: sourceLine, cut: 0 }
  const cut = Math.max(0, Math.min(column - 1 - WIDTH / 2, sourceLine.length - WIDTH))
  return { text: sourceLine.slice(cut, cut + WIDTH), cut }
}

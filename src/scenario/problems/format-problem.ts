import type { Problem } from './problem.ts'

const WIDTH = 116

/**
 * Formats a problem for a terminal: `file:line:column: error[code]: message` (or `warning`), the source line, carets below the position,
 * and the hint if there is one.
 */
export function formatProblem(problem: Problem): string {
  const { file, line, column, code, message, hint, severity = 'error' } = problem
  const excerpt = excerptAround(problem.sourceLine, column)
  const gutter = `${line} | `
  const length = Math.max(1, (problem.endColumn ?? column + 1) - column)
  const indent = ' '.repeat(gutter.length + column - 1 - excerpt.cut)
  const carets = '^'.repeat(Math.min(length, Math.max(1, excerpt.text.length - (column - 1 - excerpt.cut))))
  return [
    `${printable(file)}:${line}:${column}: ${severity}[${code}]: ${printable(message)}`,
    gutter + printable(excerpt.text),
    indent + carets,
    ...(hint === undefined ? [] : [`hint: ${printable(hint)}`]),
  ].join('\n')
}

/** Returns the part of a long line around a column, and the number of characters that were cut before it. */
function excerptAround(sourceLine: string, column: number): { text: string; cut: number } {
  if (sourceLine.length <= WIDTH) return { text: sourceLine, cut: 0 }
  const cut = Math.max(0, Math.min(column - 1 - WIDTH / 2, sourceLine.length - WIDTH))
  return { text: sourceLine.slice(cut, cut + WIDTH), cut }
}

/** Replaces control characters by one visible character each, so that a terminal does not interpret them. */
function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD')
}

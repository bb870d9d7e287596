import type { Problem } from './problem.ts'

const WIDTH = 116

/** `file:line:col: error[code]: message`, the source line, a caret under the place, and the hint, where there is one. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, code, message, hint } = problem
  const excerpt = excerptAround(problem.sourceLine, column)
  const gutter = `${line} | `
  const length = Math.max(1, (problem.endColumn ?? column + 1) - column)
  const indent = ' '.repeat(gutter.length + column - 1 - excerpt.cut)
  const carets = '^'.repeat(Math.min(length, Math.max(1, excerpt.text.length - (column - 1 - excerpt.cut))))
  return [
    `${printable(file)}:${line}:${column}: error[${code}]: ${printable(message)}`,
    gutter + printable(excerpt.text),
    indent + carets,
    ...(hint === undefined ? [] : [`hint: ${printable(hint)}`]),
  ].join('\n')
}

/** A window of a long line that shows the column; `cut` characters of the line are left of it. */
function excerptAround(sourceLine: string, column: number): { text: string; cut: number } {
  if (sourceLine.length <= WIDTH) return { text: sourceLine, cut: 0 }
  const cut = Math.max(0, Math.min(column - 1 - WIDTH / 2, sourceLine.length - WIDTH))
  return { text: sourceLine.slice(cut, cut + WIDTH), cut }
}

/** A terminal must not obey what a scenario says, and a tab must not move the caret: each such unit shows as one cell. */
function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD')
}

import type { SourceText } from '../../scenario/tree/source-text.ts'
import { lineAt, startOfLine, type TextEdit } from './text-edit.ts'

/**
 * Returns an edit of a part of a file as an edit of the file: the lines of the part stand in it, perhaps behind blanks,
 * as in a block text of a ConfigMap. Null where they do not, as in a text in quotes.
 */
export function outerEdit(text: string, part: SourceText, edit: TextEdit): TextEdit | null {
  const start = outerOffset(text, part, edit.start)
  const end = outerOffset(text, part, edit.end)
  if (start === null || end === null) return null
  return { start: start.offset, end: end.offset, text: edit.text.replaceAll('\n', `\n${start.indent}`) }
}

function outerOffset(text: string, part: SourceText, offset: number): { offset: number; indent: string } | null {
  const { line, column, sourceLine } = part.positionOf(offset)
  const start = startOfLine(text, line)
  if (start === null) return null
  const whole = lineAt(text, start)
  if (!whole.endsWith(sourceLine)) return null
  const before = whole.length - sourceLine.length
  const indent = /^\s*/.exec(whole.slice(0, before))?.[0] ?? ''
  return { offset: start + before + column - 1, indent }
}

import type { SourceText } from '../../scenario/problems/source-text.ts'
import { Excerpt, type QuotedText } from '../excerpt.ts'
import { applyEdits, lineAt, startOfLine, type TextEdit } from './text-edit.ts'

/**
 * Converts an edit of an excerpt into an edit of the file. The excerpt's lines may be indented in the file, as in a
 * block text of a ConfigMap, or the whole excerpt may be quoted. Null otherwise, as for a folded text.
 */
export function outerEdit(text: string, part: SourceText, edit: TextEdit): TextEdit | null {
  if (part instanceof Excerpt && part.quoted !== null) return quotedEdit(text, part.quoted, edit)
  const start = outerOffset(text, part, edit.start)
  const end = outerOffset(text, part, edit.end)
  if (start === null || end === null) return null
  return { start: start.offset, end: end.offset, text: edit.text.replaceAll('\n', `\n${start.indent}`) }
}

/** Returns the edit that rewrites a quoted text with its own kind of quotes. */
function quotedEdit(text: string, { position, text: before, offset }: QuotedText, edit: TextEdit): TextEdit | null {
  const { source, start, end } = position
  const changed = applyEdits(before, [{ ...edit, start: edit.start + offset, end: edit.end + offset }])
  const length = source.text.slice(start, end).trimEnd().length
  const quote = source.text[start]
  if (quote === '"') return outerEdit(text, source, { start, end: start + length, text: JSON.stringify(changed) })
  if (quote !== "'" || changed.includes('\n')) return null
  return outerEdit(text, source, { start, end: start + length, text: `'${changed.replaceAll("'", "''")}'` })
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

/** A change of a text: the part between two offsets is replaced. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Applies edits, which must not overlap. Added lines get the line ends of the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const hasCrLf = text.includes('\r\n') && !/(?:^|[^\r])\n/.test(text)
  return (hasCrLf ? edits.map((edit) => withCrLf(text, edit)) : edits)
    .toSorted((a, b) => b.start - a.start)
    .reduce((changed, { start, end, text: own }) => changed.slice(0, start) + own + changed.slice(end), text)
}

/** Returns an edit with CRLF line ends. An edit at the start of a line is moved before the CRLF of the line above. */
function withCrLf(text: string, { start, end, text: own }: TextEdit): TextEdit {
  const isBetween = start === end && own.startsWith('\n') && text.slice(start - 1, start + 1) === '\r\n'
  const shift = isBetween ? 1 : 0
  return { start: start - shift, end: end - shift, text: own.replace(/\r?\n/g, '\r\n') }
}

/** Returns the offset at which a line begins, counted from 1; null if there is no such line. */
export function startOfLine(text: string, line: number): number | null {
  let start = 0
  for (let nth = 1; nth < line; nth++) {
    const end = text.indexOf('\n', start)
    if (end < 0) return null
    start = end + 1
  }
  return start
}

/** Returns the line of a text that begins at an offset, without its line end. */
export function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '')
}

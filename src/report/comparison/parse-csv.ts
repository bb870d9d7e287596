/** Reads CSV as RFC 4180 has it: cells in quotes can contain commas, line ends, and quotes that are doubled. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/y
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (match === null) return rows
    const [, written, end] = match
    row.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

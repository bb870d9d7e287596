/** The first lines of each plot. */
export const SVG_FIRST_LINES = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- onpath plot -->\n'

/** Returns whether a text is empty or a plot (of any version), so that a new plot may replace it. */
export function isSvgFile(text: string): boolean {
  return text === '' || text.startsWith(SVG_FIRST_LINES)
}

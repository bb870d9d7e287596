/** The first line of each report. */
export const FIRST_LINE = '<!doctype html><!-- onpath report -->'

/** Returns whether a text is empty or a report, also of another version, so that a new one may replace it. */
export function isReport(text: string): boolean {
  return text === '' || text.startsWith(FIRST_LINE)
}

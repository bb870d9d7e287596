/** The first line of each report. */
export const FIRST_LINE = '<!doctype html><!-- onpath report -->'

/** Returns whether a text is empty or a report (of any version), so that a new report may replace it. */
export function isReport(text: string): boolean {
  return text === '' || text.startsWith(FIRST_LINE)
}

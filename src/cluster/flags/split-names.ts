/** Splits lines of names that are separated by spaces into one list. */
export function splitNames(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '))
}

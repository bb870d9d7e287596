/** A long list of names, several on a line. */
export function splitNames(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '))
}

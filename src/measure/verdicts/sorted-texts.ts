/** Returns the texts sorted by UTF-16 code units, which is the same in every locale. */
export function sortedTexts<T extends string>(texts: readonly T[]): T[] {
  return [...texts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

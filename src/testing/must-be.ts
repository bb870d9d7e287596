/** Throws for a name that does not exist, which types do not prevent in JavaScript. */
export function mustBeAmong(names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`there is no ${what} ${unknown}; there are ${known.join(', ')}`)
}

/** Throws for a name that does not exist, which types do not prevent in JavaScript. */
export function mustBeAmong(names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`there is no ${what} ${unknown}; there are ${known.join(', ')}`)
}

/** Throws for options that are no object, or have a key that does not exist, since a misspelt one would select nothing. */
export function mustBeOptions(options: object, known: readonly string[], what: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new Error(`the options of ${what} are an object with ${known.join(', ')}`)
  mustBeAmong(Object.keys(options), known, `option of ${what} named`)
}

/** Returns the numbers of the directions that are, or are part of, the link or segment of this name. */
export function directionsNamed(name: string, directions: readonly { readonly name: string }[]): number[] {
  return [...directions.keys()].filter((direction) => isPartOf(directions[direction].name, name))
}

function isPartOf(direction: string, name: string): boolean {
  return direction === name || direction.startsWith(`link/${name}/`) || direction.startsWith(`segment/${name}/`)
}

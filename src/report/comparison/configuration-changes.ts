/** A value of the scenario that differs between two runs. */
export interface ConfigurationChange {
  /** The path of the value, in the form of `--set`. */
  readonly path: string
  /** The value as JSON; null if a side does not have it. */
  readonly a: string | null
  readonly b: string | null
}

/** Returns the values in which two scenarios differ, by path. Lists count as one value. */
export function configurationChanges(a: unknown, b: unknown): readonly ConfigurationChange[] {
  const [left, right] = [leavesOf(a), leavesOf(b)]
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort((x, y) => (x < y ? -1 : 1))
  return paths.flatMap((path) => {
    const change = { path, a: left.get(path) ?? null, b: right.get(path) ?? null }
    return change.a === change.b ? [] : [change]
  })
}

function leavesOf(document: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>()
  const visit = (value: unknown, path: string) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
    const entries = isMap ? Object.entries(value) : []
    if (entries.length === 0) leaves.set(path, JSON.stringify(value) ?? 'null')
    for (const [key, child] of entries) visit(child, path === '' ? key : `${path}.${key}`)
  }
  visit(document, '')
  return leaves
}

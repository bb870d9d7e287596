/** Returns the code of an error of Node, such as `ENOENT`; null for what has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}

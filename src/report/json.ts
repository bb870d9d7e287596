/** For one value: a document that a person can read too, and that differs by lines. */
export function jsonDocument(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** For one of several: a line of NDJSON. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** Each of `all` as it stands among the others. */
export function jsonOf(value: unknown, isOnly: boolean): string {
  return isOnly ? jsonDocument(value) : jsonLine(value)
}

/** The words that YAML 1.1, which Kubernetes reads, takes for booleans, and those of Go's strconv.ParseBool. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  y: true,
  t: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  n: false,
  f: false,
  '0': false,
}

/** Reads a boolean as Kubernetes does; undefined if the text is none. */
export function booleanOf(text: string | null): boolean | undefined {
  const word = (text ?? '').toLowerCase()
  return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined
}

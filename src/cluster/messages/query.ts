/** A parameter with the value null is left out, as client-go leaves out empty ones. */
export type QueryValue = string | number | boolean | readonly string[] | null

/**
 * Encodes the query of a URL as Go's url.Values.Encode does: keys in order, a space as `+`. Returns an empty text when
 * there is no parameter.
 */
export function encodeQuery(values: Readonly<Record<string, QueryValue>>): string {
  const pairs = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([key, value]) => {
      if (value === null) return []
      return (Array.isArray(value) ? value : [value]).map((each) => `${escapeQuery(key)}=${escapeQuery(String(each))}`)
    })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** encodeURIComponent leaves these five characters as they are, Go does not. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

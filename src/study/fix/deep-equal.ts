/**
 * Returns whether two plain values are equal. Numbers are compared by `Object.is`, maps and sets in order, objects by
 * keys in any order. Functions and objects of different classes are equal only to themselves.
 */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (Array.isArray(a) && Array.isArray(b)) return areItemsEqual(a, b)
  if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set))
    return a.size === b.size && areItemsEqual([...a], [...b])
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

function areItemsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => isDeepEqual(item, b[i]))
}

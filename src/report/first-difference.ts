import { visibleJson } from '../scenario/problems/visible.ts'

/**
 * Returns the first difference of two JSON values, in the order of the keys of the first: `workloads[0].latencyMs.p50:
 * 66.2, was 66.1`. Returns null if they are equal.
 */
export function firstDifference(was: unknown, is: unknown, place = ''): string | null {
  if (Object.is(was, is)) return null
  if (typeof was !== 'object' || typeof is !== 'object' || was === null || is === null)
    return `${place}: ${shown(is)}, was ${shown(was)}`
  const isList = Array.isArray(was)
  if (isList !== Array.isArray(is)) return `${place}: ${shown(is)}, was ${shown(was)}`
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  for (const key of keys) {
    const below = isList ? `${place}[${key}]` : `${place}${place === '' ? '' : '.'}${key}`
    const found = firstDifference(valueAt(was, key), valueAt(is, key), below)
    if (found !== null) return found
  }
  return null
}

/** Returns the value of an own key. Keys can have the names of inherited properties, such as `constructor`. */
function valueAt(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : visibleJson(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

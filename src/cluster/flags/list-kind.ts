import type { Parsed } from '../../values/parsed.ts'
import { type Steps, stepAt } from '../versions/version-steps.ts'
import type { FlagKind } from './flag-kind.ts'

/**
 * A list. A scenario may also write it as a text with commas, as on a command line, or as a map for items with `=true`.
 * @param items the items that have an effect in the model
 * @param known the items that each release of Kubernetes accepts
 */
export function listOf<Item extends string>(
  items: readonly Item[],
  known: Steps<readonly string[]>,
): FlagKind<readonly Item[], readonly Item[]> {
  const hasSwitches = items.some((item) => item.includes('='))
  return {
    name: 'a list',
    schema: {
      anyOf: [
        { type: 'array', items: { type: 'string', enum: items }, maxItems: 20 },
        { type: 'string' },
        ...(hasSwitches ? [{ type: 'object', additionalProperties: { type: 'boolean' } }] : []),
      ],
    },
    candidates: [items, []],
    // Items that Kubernetes does not know are refused by the flag, with Kubernetes' message.
    parse: (written) => parseItems(written, items, hasSwitches) as Parsed<readonly Item[]>,
    print: (value) => value,
    read: (text) => ({ ok: true, form: splitList(text).filter((item) => items.some((one) => one === item)) }),
    offered({ before, minor }) {
      const accepted = stepAt(known, minor).value
      const own = Array.isArray(before) ? before.map(String) : []
      return listsNear(
        own,
        accepted.filter((item) => items.some((one) => one === item)),
      ) as readonly (readonly Item[])[]
    },
    isDecisive: true,
    list: { items, known },
  }
}

/** Splits the value of a flag at its commas. */
export function splitList(text: string): string[] {
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
}

function parseItems(written: unknown, items: readonly string[], hasSwitches: boolean): Parsed<readonly string[]> {
  if (typeof written === 'string')
    return { ok: true, value: written === '' ? [] : written.split(',').map((item) => item.trim()) }
  if (Array.isArray(written) && written.every((item) => typeof item === 'string')) return { ok: true, value: written }
  if (hasSwitches && isSwitches(written))
    return { ok: true, value: Object.entries(written).map(([name, isOn]) => `${name}=${isOn}`) }
  const hint = `write it like [${items.slice(0, 2).join(', ')}]`
  return { ok: false, code: 'wrong-type', message: 'expected a list', hint }
}

/** Returns whether a value is a map from names to booleans, as configuration files have feature gates. */
function isSwitches(value: unknown): value is Readonly<Record<string, boolean>> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap && Object.values(value).every((each) => typeof each === 'boolean')
}

/**
 * Lists the lists that differ in one item (more, less, or another item first). For a short list, it adds all lists of
 * two items.
 */
function listsNear(list: readonly string[], items: readonly string[]): readonly (readonly string[])[] {
  const without = list.map((item) => list.filter((other) => other !== item))
  const added = items.flatMap((item) => (list.includes(item) ? [] : [[...list, item]]))
  const first = list.slice(1).map((item) => [item, ...list.filter((other) => other !== item)])
  const pairs = items.flatMap((item, i) => [[item], ...items.slice(i + 1).map((other) => [item, other])])
  return [...added, ...without, ...first, ...(list.length < 2 ? pairs : [])]
}

/** Splits lines of names that are separated by spaces into one list. */
export function splitNames(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '))
}

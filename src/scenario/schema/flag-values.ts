import { NS_PER_S } from '../../engine/ticks.ts'
import type { Hint } from '../../values/parsed.ts'
import { DURATION, parseQuantity, quoted } from '../../values/units.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import { SCALAR_TEXTS } from './scalars.ts'
import { z } from './zod.ts'

/**
 * Schemas of the values that flags of Kubernetes accept. Bounds that Kubernetes itself checks are not checked here but
 * with the version at hand and in the words of Kubernetes (`refusals` of the flag).
 */

function refuse(context: z.RefinementCtx, code: ProblemCode, message: string, hint?: Hint): never {
  context.issues.push({ code: 'custom', input: undefined, message, params: { code, hint } })
  return z.NEVER
}

/** Bounds that only editors see. */
interface EditorBounds {
  readonly minimum?: number
  readonly maximum?: number
}

export const integer = (description: string, bounds: EditorBounds) => wholeNumber(description, 1, bounds)

/** A whole number of seconds, which becomes nanoseconds. */
export const seconds = (description: string, bounds: EditorBounds) => wholeNumber(description, NS_PER_S, bounds)

function wholeNumber(description: string, unit: number, bounds: EditorBounds) {
  return z
    .unknown()
    .transform((value, context): number => {
      const isNumber = typeof value === 'number' && Number.isSafeInteger(value)
      return isNumber ? value * unit : refuse(context, 'wrong-type', 'expected a whole number')
    })
    .meta({ description, ...bounds, type: 'integer' })
}

const GO_DURATION = /^(-?)((?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+)$/

/** A duration as in all of a scenario, or as Go prints it (`1m0s`, `-5s`), which becomes nanoseconds. */
export function goDuration(description: string) {
  return z
    .unknown()
    .transform((value, context): number => {
      if (typeof value !== 'string' && typeof value !== 'number')
        return refuse(context, 'wrong-type', 'expected a duration', HINT)
      const go = GO_DURATION.exec(String(value))
      if (go === null) return plainDuration(context, value)
      const parts = go[2].match(/\d+(?:\.\d+)?[a-z]+/g)!
      const sumNs = parts.reduce((sum, part) => sum + plainDuration(context, part), 0)
      if (!Number.isSafeInteger(sumNs)) return refuse(context, 'out-of-range', `${quoted(String(value))} is too long`)
      return go[1] === '-' ? -sumNs : sumNs
    })
    .meta({ description, type: ['string', 'integer'], pattern: '^-?(\\d+(\\.\\d+)?(ns|us|ms|s|m|h|d))+$', maximum: 0 })
    .register(SCALAR_TEXTS, { kind: DURATION.name, units: [...DURATION.units.keys()], example: '1m30s' })
}

const HINT = 'write it like 10s or 1m0s'

function plainDuration(context: z.RefinementCtx, written: string | number): number {
  const parsed = parseQuantity(DURATION, written)
  return parsed.ok ? parsed.value : refuse(context, parsed.code, parsed.message, parsed.hint ?? HINT)
}

/** Returns whether a value is a map from names to booleans, as configuration files have feature gates. */
function isSwitches(value: unknown): value is Readonly<Record<string, boolean>> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap && Object.values(value).every((each) => typeof each === 'boolean')
}

/** A list, or a text with commas between the items, as on a command line; a map for items with `=true`. */
export function commaList(description: string, items: readonly string[]) {
  const hasSwitches = items.some((item) => item.includes('='))
  return z
    .unknown()
    .transform((value, context): readonly string[] => {
      if (typeof value === 'string') return value === '' ? [] : value.split(',').map((item) => item.trim())
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
      if (hasSwitches && isSwitches(value)) return Object.entries(value).map(([name, isOn]) => `${name}=${isOn}`)
      return refuse(context, 'wrong-type', 'expected a list', `write it like [${items.slice(0, 2).join(', ')}]`)
    })
    .meta({
      description,
      anyOf: [
        { type: 'array', items: { type: 'string', enum: items }, maxItems: 20 },
        { type: 'string' },
        ...(hasSwitches ? [{ type: 'object', additionalProperties: { type: 'boolean' } }] : []),
      ],
    })
}

import { closest, distance } from 'fastest-levenshtein'

/** A kind of value that functions of the library accept. `expected` describes it, such as `a text`. */
export interface Kind {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
}

/** The keys of an object that a function of the library accepts, with their kinds. A required key is never absent. */
export type Shape = Readonly<Record<string, Kind & { readonly isRequired?: true }>>

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const TEXT: Kind = { expected: 'a text', accepts: (value) => typeof value === 'string' }
export const TRUE_OR_FALSE: Kind = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }
export const FUNCTION: Kind = { expected: 'a function', accepts: (value) => typeof value === 'function' }
export const OBJECT: Kind = { expected: 'an object', accepts: isObject }
export const MAP: Kind = { expected: 'a Map', accepts: (value) => value instanceof Map }
export const WHOLE: Kind = { expected: 'a whole number', accepts: Number.isSafeInteger }
export const FINITE: Kind = { expected: 'a number', accepts: Number.isFinite }
/** A limit; `Infinity` means no limit. */
export const LIMIT: Kind = {
  expected: 'a whole number from 1',
  accepts: (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 1),
}

export function listOf({ expected, accepts }: Kind, items: string): Kind {
  return {
    expected: `a list of ${items}, each ${expected}`,
    accepts: (value) => Array.isArray(value) && value.every(accepts),
  }
}

export function recordOf({ expected, accepts }: Kind): Kind {
  return {
    expected: `an object whose values are each ${expected}`,
    accepts: (value) => isObject(value) && Object.values(value).every(accepts),
  }
}

export function oneOf(names: readonly string[]): Kind {
  return { expected: `one of ${names.join(', ')}`, accepts: (value) => names.some((name) => name === value) }
}

export function either(one: Kind, other: Kind): Kind {
  return {
    expected: `${one.expected} or ${other.expected}`,
    accepts: (value) => one.accepts(value) || other.accepts(value),
  }
}

/** Returns the kind of objects with texts under these keys. */
export function withTexts(...keys: readonly string[]): Kind {
  return {
    expected: `an object with the texts ${keys.join(' and ')}`,
    accepts: (value) => isObject(value) && keys.every((key) => typeof Reflect.get(value, key) === 'string'),
  }
}

/**
 * Checks the options of a library function, or an object that it takes.
 * @param what the name of the options in messages: `option of simulate`
 * @throws InvalidOptions with all problems, one a line
 */
export function checkShape(what: string, given: unknown, shape: Shape): void {
  const names = Object.keys(shape)
  if (!isObject(given))
    throw new InvalidOptions(`the ${plural(what)} are an object with ${names.join(', ')}, and not ${told(given)}`)
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  const problems = [
    ...unknown.map((name) => {
      const hint = isNear(name, closest(name.slice(0, LONGEST), names))
        ? `did you mean ${closest(name, names)}?`
        : `there are ${names.join(', ')}`
      return `there is no ${what} named ${name}; ${hint}`
    }),
    ...names.flatMap((name) => {
      const { expected, accepts, isRequired } = shape[name]
      const value: unknown = Reflect.get(given, name)
      const isFine = value === undefined ? isRequired !== true : accepts(value)
      return isFine ? [] : [`the ${what} ${name} must be ${expected}, and is ${told(value)}`]
    }),
  ]
  if (problems.length > 0) throw new InvalidOptions(problems.join('\n'))
}

/** Checks an argument of a library function. @throws InvalidOptions */
export function checkArgument(what: string, value: unknown, { expected, accepts }: Kind): void {
  if (!accepts(value)) throw new InvalidOptions(`the ${what} must be ${expected}, and is ${told(value)}`)
}

/** Returns `options of simulate` for `option of simulate`. */
function plural(what: string): string {
  return what.replace(/^\w+/, '$&s')
}

const LONGEST = 60

function isNear(name: string, other: string): boolean {
  return name.length <= LONGEST && distance(name, other) <= Math.max(1, Math.floor(name.length / 3))
}

/** Describes a value in words. */
function told(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)
  if (typeof value === 'function') return 'a function'
  return isObject(value) ? 'an object' : String(value)
}

/** Thrown by library functions for arguments and options of the wrong kind, and for unknown options. */
export class InvalidOptions extends TypeError {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidOptions'
  }
}

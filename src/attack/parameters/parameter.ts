import { candidatesOf, type Kind, type PlannedOf, type ValueOf, type WrittenOf } from '../../values/kind.ts'

/**
 * A parameter of a technique: a key that its steps have in addition to `at`, `technique` and `path`. `Otherwise` is the
 * type of the value where a step has none; never for a parameter that every step must have.
 */
export interface Parameter<Of extends Kind = Kind, Otherwise = unknown> {
  readonly kind: Of
  /** The meaning, as a clause without a period: `the time by which packets are delayed`. */
  readonly meaning: string
  /** The default in words: `to the end`. */
  readonly default: string
  /** A value that the error about a missing one shows. */
  readonly example: string
  /** The value of steps that have none. Absent: every step must have one. */
  readonly otherwise?: Otherwise
}

/** The values of a step's parameters in a checked scenario. */
export type ValuesOf<Own> = {
  readonly [Name in keyof Own]: Own[Name] extends Parameter<infer Of, infer Otherwise> ? ValueOf<Of> | Otherwise : never
}

/** The values of a step's parameters in a plan. */
export type PlannedValuesOf<Own> = {
  readonly [Name in keyof Own]: Own[Name] extends Parameter<infer Of, infer Otherwise>
    ? PlannedOf<Of> | Otherwise
    : never
}

type WrittenValue<Each> = Each extends Parameter<infer Of, infer _Otherwise> ? WrittenOf<Of> : never

type IsRequired<Each> =
  Each extends Parameter<Kind, infer Otherwise> ? ([Otherwise] extends [never] ? true : false) : false

export type RequiredNames<Own> = {
  [Name in keyof Own]: IsRequired<Own[Name]> extends true ? Name : never
}[keyof Own]

/** The parameters of a step, as a scenario writes them. */
export type WrittenParameters<Own> = {
  readonly [Name in RequiredNames<Own>]: WrittenValue<Own[Name]>
} & { readonly [Name in Exclude<keyof Own, RequiredNames<Own>>]?: WrittenValue<Own[Name]> }

/**
 * The use of a parameter by a technique. A parameter is `required`, or has a value for steps without one (`otherwise`),
 * or is null without a value (`default` describes the effect).
 */
type Use<Value> = { readonly meaning: string; readonly example?: string } & (
  | { readonly required: true }
  | { readonly otherwise: Value; readonly default?: string }
  | { readonly default: string }
)

type OtherwiseIn<Chosen, Value> = Chosen extends { readonly required: true }
  ? never
  : Chosen extends { readonly otherwise: unknown }
    ? Value
    : null

export function parameter<Of extends Kind, const Chosen extends Use<ValueOf<Of>>>(
  kind: Of,
  use: Chosen,
): Parameter<Of, OtherwiseIn<Chosen, ValueOf<Of>>>
export function parameter(kind: Kind, use: Use<unknown>): Parameter {
  const { meaning, example = textOf(candidatesOf(kind)[0]) } = use
  if ('required' in use) return { kind, meaning, example, default: 'none; the technique needs it' }
  if (!('otherwise' in use)) return { kind, meaning, example, default: use.default, otherwise: null }
  const { otherwise, default: usual = textOf('print' in kind ? kind.print(otherwise) : otherwise) } = use
  return { kind, meaning, example, default: usual, otherwise }
}

/** Returns a common parameter with a meaning or a default of a technique's own, or as one that its steps must have. */
export function adapted<
  Of extends Kind,
  Otherwise,
  const Own extends Partial<Described> & { readonly required?: true },
>(
  common: Parameter<Of, Otherwise>,
  { required, ...own }: Own,
): Parameter<Of, Own extends { readonly required: true } ? never : Otherwise>
export function adapted(
  { otherwise, ...common }: Parameter,
  { required, ...own }: Partial<Described> & { readonly required?: true },
): Parameter {
  return { ...common, ...own, ...(required ? {} : { otherwise }) }
}

type Described = Pick<Parameter, 'meaning' | 'default'>

export function isRequired(one: Parameter): boolean {
  return !('otherwise' in one)
}

/** Writes a value in one line of YAML. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

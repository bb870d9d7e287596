import type { KubernetesVersion } from '../versions/kubernetes-version.ts'
import { type Steps, stepAt } from '../versions/version-steps.ts'

/**
 * How far a release has a flag. `inert`: it takes only what does nothing, or does nothing; `unmodelled`: what it does in
 * that release is not modelled yet.
 */
export type FlagState = 'absent' | 'present' | 'inert' | 'unmodelled'

export interface FlagName {
  /** As Kubernetes writes it, without dashes (`insecure-port`); a field with its parents (`authorization.mode`). */
  readonly name: string
  /** Default: every release has it. */
  readonly releases?: Steps<FlagState>
  /** Since or until when it exists: the hint where a release that does not have it is given it. */
  readonly absence?: string
}

/** What a flag takes. Bounds that Kubernetes checks are in `refusals`, in its words; those here are for editors. */
export type Kind =
  | { readonly type: 'boolean' }
  | { readonly type: 'port' }
  | { readonly type: 'integer'; readonly minimum?: number; readonly maximum?: number }
  /** A whole number of seconds; nanoseconds in the configuration. */
  | { readonly type: 'seconds'; readonly minimum?: number }
  /** As Go prints it (`1m30s`); nanoseconds in the configuration. */
  | { readonly type: 'duration' }
  | { readonly type: 'text' }
  /** A file of Kubernetes, for which an identity of the scenario stands by its name. */
  | { readonly type: 'reference'; readonly to: 'ca' | 'certificate' }
  | ChoiceKind
  | ListKind

interface ChoiceKind<Word extends string = string> {
  readonly type: 'choice'
  readonly words: readonly Word[]
}

interface ListKind<Item extends string = string> {
  readonly type: 'list'
  /** Those that are modelled. */
  readonly items: readonly Item[]
  /** Those that a release knows. */
  readonly known: Steps<readonly string[]>
}

/** The kinds whose values have this type. */
type KindOf<Value> = [Value] extends [boolean]
  ? Extract<Kind, { type: 'boolean' }>
  : [Value] extends [number]
    ? Extract<Kind, { type: 'port' | 'integer' | 'seconds' | 'duration' }>
    : [Value] extends [readonly string[]]
      ? ListKind<Value[number]>
      : [Value] extends [string]
        ? Extract<Kind, { type: 'text' | 'reference' }> | ChoiceKind<Value>
        : Kind

/** What the cluster of a scenario has by itself: identities by name; null: none. */
export interface ClusterProvides {
  readonly clientCa: string | null
  readonly kubeletClientCertificate: string | null
}

export type Default<Value> =
  | Steps<Value>
  /** Not set, at any release. */
  | { readonly off: Value }
  | { readonly provided: keyof ClusterProvides }

/** A flag of a program of Kubernetes, or a field of its configuration file. `Value` is what the configuration holds. */
export interface Flag<Value = unknown> extends FlagName {
  readonly kind: KindOf<NonNullable<Value>>
  /** What it does, in a sentence or two. */
  readonly meaning: string
  readonly default: Default<Value>
  /** A value that, written under `name`, stands for the default. */
  readonly unset?: NonNullable<Value> | ''
  /** Another name, which wins where both are written: a former one, or the command line flag of a field. */
  readonly also?: FlagName & {
    /** Where a kubelet is set up by flags alone. */
    readonly default?: Steps<Value>
  }
  /** What Kubernetes, or this model, finds wrong with a value that is written. Default: a negative duration. */
  refusals?(value: Value, context: FlagContext): readonly Refusal[]
  /** What Kubernetes logs about a value that is written. */
  warning?(value: NonNullable<Value>, context: FlagContext): string | null
  /** A value that follows from other flags instead of this one, which is written or the default. */
  derive?(value: Value, context: FlagContext): Derived<Value> | null
}

export type Derived<Value> =
  | { readonly value: Value; readonly follows: Flag }
  | { readonly value: Value; readonly notice: string }

/** The other flags of the same program. */
export interface FlagContext {
  readonly version: KubernetesVersion
  /** undefined: not written. */
  written<Value>(flag: Flag<Value>): Value | undefined
  /** The names under which it is written, the one that wins first. */
  namesWritten(flag: Flag): readonly string[]
  /** The value written, derived or by default. */
  value<Value>(flag: Flag<Value>): Value
}

export interface Refusal {
  readonly code: 'contradiction' | 'not-modelled-yet' | 'out-of-range' | 'unknown-value' | 'wrong-type'
  readonly message: string
  readonly hint?: string | undefined
  /** Default: the value. */
  readonly at?: 'key' | 'value'
  /** Index in a list. */
  readonly item?: number
  /** Words of which one may have been meant. */
  readonly near?: { readonly written: string; readonly known: readonly string[]; readonly planned?: readonly string[] }
}

/** The configuration that flags, by property, come to. */
export type ConfigurationOf<Flags> = {
  readonly [Property in keyof Flags]: Flags[Property] extends Flag<infer Value> ? Value : never
}

/** A registry of flags: a module with an export for each. */
export type Flags = Readonly<Record<string, Flag>>

/** Properties and flags of a registry, by the names of the flags: bundlers order the exports of a module as they like. */
export function flagsOf(flags: Flags): readonly (readonly [property: string, flag: Flag])[] {
  return Object.entries(flags).sort(([, { name: a }], [, { name: b }]) => (a < b ? -1 : a > b ? 1 : 0))
}

export function stateAt({ releases }: FlagName, { minor }: KubernetesVersion): FlagState {
  return releases === undefined ? 'present' : stepAt(releases, minor).value
}

/** The default of a release, for a flag that has one at each. */
export function defaultAt<Value>(flag: Flag<Value>, { minor }: KubernetesVersion): Value {
  if ('provided' in flag.default) throw new RangeError(`the cluster provides ${flag.name}`)
  return 'off' in flag.default ? flag.default.off : stepAt(flag.default, minor).value
}

export function isPort(value: number, least: number): boolean {
  return value >= least && value <= 65_535
}

/** Go's `%q` for a text, and for a list of texts. */
export function goQuoted(value: string | readonly string[]): string {
  return typeof value === 'string' ? JSON.stringify(value) : `[${value.map((item) => JSON.stringify(item)).join(' ')}]`
}

/** Refuses a value with one message, unless it is fine. */
export function refuseUnless(isFine: boolean, refusal: Refusal): readonly Refusal[] {
  return isFine ? [] : [refusal]
}

/** apiserver pkg/server/options/server_run_options.go, Validate. */
export function refuseNegative({ name }: Flag<number>, value: number): readonly Refusal[] {
  return refuseUnless(value >= 0, { code: 'out-of-range', message: `--${name} can not be negative value` })
}

export function refuseUnlessPositive(durationNs: number): readonly Refusal[] {
  return refuseUnless(durationNs > 0, { code: 'out-of-range', message: 'it must be more than 0s' })
}

/** What is wrong with a value that is written: what the flag itself refuses, else a negative duration. */
export function refusalsOf<Value>(flag: Flag<Value>, value: Value, context: FlagContext): readonly Refusal[] {
  if (flag.refusals !== undefined) return flag.refusals(value, context)
  const isNegative = flag.kind.type === 'duration' && Number(value) < 0
  return refuseUnless(!isNegative, { code: 'out-of-range', message: 'a duration cannot be negative' })
}

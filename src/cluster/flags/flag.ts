import { mapEntries } from '../../engine/registry.ts'
import type { KubernetesVersion } from '../versions/kubernetes-version.ts'
import { type Steps, stepAt } from '../versions/version-steps.ts'
import type { CisCheck } from './cis-benchmark.ts'
import type { FlagKind } from './flag-kind.ts'
import type { KubescapeControl } from './kubescape-control.ts'

/**
 * The support of a flag in a release. `inert`: the program accepts only the value without an effect, or ignores the
 * flag. `unmodelled`: the flag has an effect that is not modelled.
 */
export type FlagState = 'absent' | 'present' | 'inert' | 'unmodelled'

export interface FlagName {
  /** The name in Kubernetes, without dashes (`insecure-port`). A field includes its parents (`authorization.mode`). */
  readonly name: string
  /** The support of the flag in each release; by default it is present in all. */
  readonly releases?: Steps<FlagState>
  /** The hint in the error for a scenario that sets the flag in a release without it: the releases that have it. */
  readonly absence?: string
}

/** Identities that the cluster of a scenario provides by default, by name; null if it does not provide one. */
export interface ClusterProvides {
  readonly clientCa: string | null
  readonly kubeletClientCertificate: string | null
}

export type Default<Value> =
  | Steps<Value>
  /** Not set, in every release. */
  | { readonly off: Value }
  | { readonly provided: keyof ClusterProvides }

/** A flag of a Kubernetes program, or a field of its configuration file. `Value` is the type in the configuration. */
export interface Flag<Value = unknown> extends FlagName {
  readonly kind: FlagKind<NonNullable<Value>>
  /** The effect of the flag, in one or two sentences, for users. */
  readonly meaning: string
  readonly default: Default<Value>
  /** The checks of the CIS Kubernetes Benchmark that concern it. Default: none. */
  readonly cis?: readonly CisCheck[]
  /** The controls of kubescape that concern it. Default: none. */
  readonly kubescape?: readonly KubescapeControl[]
  /**
   * The value that means the default when it is set under `name`. If the cluster provides a default, it means none.
   */
  readonly unset?: NonNullable<Value> | ''
  /** Another name: a former one, or the command line flag of a field. It takes effect if both are written. */
  readonly also?: FlagName & {
    /** The default for a kubelet that is configured by flags alone. */
    readonly default?: Steps<Value>
  }
  /**
   * The reason why no other value is offered as a fix: it takes more than the flag, or no release has it. Default: none,
   * so that all values of its kind are tried.
   */
  readonly neverOffered?: string
  /**
   * The items of a list that are not offered as additions, since they need more than this flag, such as a file.
   * Default: none.
   */
  readonly neverAdded?: readonly string[]
  /** The things that stop to work outside this model when the value changes, as the end of a sentence, with the source. */
  readonly breaks?: string
  /**
   * Returns the weakness of a value, as a sentence that explains verdicts; null for a value without one.
   * @param about the value or list item of the flag that matters, if not the whole flag
   */
  weakness?(value: Value, about?: string): string | null
  /** Lists what Kubernetes or this model refuses about a written value. Default: what the kind refuses. */
  refusals?(value: Value, context: FlagContext): readonly Refusal[]
  /** Returns the message that Kubernetes logs about a written value; null for none. */
  warning?(value: NonNullable<Value>, context: FlagContext): string | null
  /** Returns a value that follows from other flags and replaces the written or default one; null for none. */
  derive?(value: Value, context: FlagContext): Derived<Value> | null
}

export type Derived<Value> =
  | { readonly value: Value; readonly follows: Flag }
  | { readonly value: Value; readonly notice: string }

/** The other flags of the same program. */
export interface FlagContext {
  readonly version: KubernetesVersion
  /** Returns the value that the scenario sets; undefined if it sets none. */
  written<Value>(flag: Flag<Value>): Value | undefined
  /** Returns the names under which the scenario sets the flag; the first one takes effect. */
  namesWritten(flag: Flag): readonly string[]
  /** Returns the value that takes effect: the one that is set, derived, or the default. */
  value<Value>(flag: Flag<Value>): Value
}

export interface Refusal {
  readonly code: 'contradiction' | 'not-modelled-yet' | 'out-of-range' | 'unknown-value' | 'wrong-type'
  readonly message: string
  readonly hint?: string | undefined
  /** The part of the configuration entry to which the problem refers; by default the value. */
  readonly at?: 'key' | 'value'
  /** Index of an item in a list. */
  readonly item?: number
  /** The word that the user wrote, and the words that Kubernetes knows. The hint suggests the most similar one. */
  readonly near?: { readonly written: string; readonly known: readonly string[]; readonly planned?: readonly string[] }
}

/** The type of the configuration that a registry of flags makes, by property. */
export type ConfigurationOf<Flags> = {
  readonly [Property in keyof Flags]: Flags[Property] extends Flag<infer Value> ? Value : never
}

/** A registry of flags, by the properties of the configuration that they set. */
export type Flags = Readonly<Record<string, Flag>>

/** Lists the properties and flags of a registry, sorted by the names of flags. */
export function flagsOf(flags: Flags): readonly (readonly [property: string, flag: Flag])[] {
  return Object.entries(flags).sort(([, { name: a }], [, { name: b }]) => (a < b ? -1 : a > b ? 1 : 0))
}

export function stateAt({ releases }: FlagName, { minor }: KubernetesVersion): FlagState {
  return releases === undefined ? 'present' : stepAt(releases, minor).value
}

/** Returns the default of a release, for a flag whose default does not depend on the cluster. */
export function defaultAt<Value>(flag: Flag<Value>, { minor }: KubernetesVersion): Value {
  if ('provided' in flag.default) throw new RangeError(`the cluster provides ${flag.name}`)
  return 'off' in flag.default ? flag.default.off : stepAt(flag.default, minor).value
}

/** Returns the configuration of a program without flags. No default of the registry may depend on the cluster. */
export function defaultsAt<Registry extends Flags>(
  flags: Registry,
  version: KubernetesVersion,
): ConfigurationOf<Registry> {
  return mapEntries(flags, (flag) => defaultAt(flag, version)) as ConfigurationOf<Registry>
}

export function isPort(value: number, least: number): boolean {
  return value >= least && value <= 65_535
}

/** Formats a text, or a list of texts, as Go's `%q` does. */
export function goQuoted(value: string | readonly string[]): string {
  return typeof value === 'string' ? JSON.stringify(value) : `[${value.map((item) => JSON.stringify(item)).join(' ')}]`
}

/** Refuses a value with one message, unless `isFine`. */
export function refuseUnless(isFine: boolean, refusal: Refusal): readonly Refusal[] {
  return isFine ? [] : [refusal]
}

/** Refuses a negative number (apiserver pkg/server/options/server_run_options.go, Validate). */
export function refuseNegative({ name }: Flag<number>, value: number): readonly Refusal[] {
  return refuseUnless(value >= 0, { code: 'out-of-range', message: `--${name} can not be negative value` })
}

export function refuseUnlessPositive(durationNs: number): readonly Refusal[] {
  return refuseUnless(durationNs > 0, { code: 'out-of-range', message: 'it must be more than 0s' })
}

/** Lists what is refused about a written value: the flag's own refusals, or else those of its kind. */
export function refusalsOf<Value>(
  flag: Flag<Value>,
  value: NonNullable<Value>,
  context: FlagContext,
): readonly Refusal[] {
  if (flag.refusals !== undefined) return flag.refusals(value, context)
  const message = flag.kind.refuse?.(value) ?? null
  return message === null ? [] : [{ code: 'out-of-range', message }]
}

import {
  type ClusterProvides,
  type Flag,
  type FlagContext,
  type FlagName,
  type Refusal,
  refusalsOf,
  stateAt,
} from '../../cluster/flags/flag.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { stepAt } from '../../cluster/versions/version-steps.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { hasConfigFile, type WrittenFlag, type WrittenProgram, writingsOf } from './written-flags.ts'

export interface ConfigurationContext {
  readonly version: KubernetesVersion
  readonly provides: ClusterProvides
  /** Returns the origin of a value of the tree, such as `cluster.yaml:12` or `preset gke-ssh-tunnels`. */
  readonly originOf: (path: TreePath) => string
  readonly findings: Findings
}

/**
 * Finds the value of each flag of a program, with its origin: the written value, otherwise the default of the version.
 */
export class FlagResolver implements FlagContext {
  readonly version: KubernetesVersion
  /** The origins of values, by the name of the flag, in the order of resolution. */
  readonly origins = new Map<string, string>()
  /** Warnings that Kubernetes would log. */
  readonly notices: string[] = []
  readonly #program: WrittenProgram
  readonly #context: ConfigurationContext
  readonly #values = new Map<Flag, unknown>()

  constructor(program: WrittenProgram, context: ConfigurationContext) {
    this.version = context.version
    this.#program = program
    this.#context = context
  }

  readonly written = <Value>(flag: Flag<Value>): Value | undefined => {
    // The schema derives from the kind of the flag, so the value has this type.
    return this.#writings(flag)[0]?.value as Value | undefined
  }

  readonly namesWritten = (flag: Flag): readonly string[] => this.#writings(flag).map(({ as }) => as.name)

  readonly value = <Value>(flag: Flag<Value>): Value => {
    if (!this.#values.has(flag)) this.#values.set(flag, this.#resolve(flag))
    return this.#values.get(flag) as Value
  }

  /** Reports the written names of a flag that this release does not have. */
  checkNames(flag: Flag): void {
    for (const { as, path } of writingsOf(flag, this.#program)) this.checkName(as, path)
  }

  /** Reports the problems of a written value. */
  checkValue<Value>(flag: Flag<Value>): void {
    const [first] = this.#writings(flag)
    const value = this.written(flag)
    if (value == null || stateAt(first.as, this.version) === 'absent') return
    for (const refusal of refusalsOf(flag, value, this)) this.refuse(first.path, refusal)
    const warning = flag.warning?.(value, this) ?? null
    if (warning !== null) this.notices.push(warning)
  }

  /** Reports a flag that this release does not have, with the message of Kubernetes. */
  checkName(as: FlagName, path: TreePath): void {
    if (stateAt(as, this.version) !== 'absent') return
    const details = { at: 'key', hint: as.absence } as const
    this.#context.findings.report(path, 'unknown-key', `unknown flag: --${as.name}`, details)
  }

  refuse(path: TreePath, { code, message, hint, at, item, near }: Refusal): void {
    const place = item === undefined ? path : [...path, String(item)]
    const meant = near === undefined ? undefined : () => didYouMean(near.written, near.known, near.planned)
    this.#context.findings.report(place, code, message, { hint: hint ?? meant, ...(at === undefined ? {} : { at }) })
  }

  #resolve<Value>(flag: Flag<Value>): Value {
    const wanted = this.#writtenOrDefault(flag)
    const derived = flag.derive?.(wanted, this) ?? null
    if (derived === null) return wanted
    if ('notice' in derived) {
      this.origins.set(flag.name, derived.notice)
      this.notices.push(derived.notice)
    } else {
      const { name } = derived.follows
      this.origins.set(flag.name, `as ${name} (${this.origins.get(name)})`)
    }
    return derived.value
  }

  #writtenOrDefault<Value>(flag: Flag<Value>): Value {
    const [first] = this.#writings(flag)
    const value = this.written(flag)
    if (value === undefined) return this.#default(flag)
    this.origins.set(flag.name, this.#context.originOf(first.path))
    return value
  }

  #default<Value>(flag: Flag<Value>): Value {
    const take = (value: Value, origin: string) => {
      this.origins.set(flag.name, origin)
      return value
    }
    if ('off' in flag.default) return take(flag.default.off, 'default: not set')
    if ('provided' in flag.default) {
      const none = writingsOf(flag, this.#program).find(({ value }) => value === flag.unset)
      if (none !== undefined) return take(null as Value, this.#context.originOf(none.path))
      return take(this.#context.provides[flag.default.provided] as Value, 'the cluster')
    }
    const ofFlags = hasConfigFile(this.#program, this.version) ? undefined : flag.also?.default
    const { value, source } = stepAt(ofFlags ?? flag.default, this.version.minor)
    return take(value, `kubernetes ${this.version.text}: ${source}`)
  }

  #writings(flag: Flag): readonly WrittenFlag[] {
    return writingsOf(flag, this.#program).filter(({ as, value }) => as !== flag || value !== flag.unset)
  }
}

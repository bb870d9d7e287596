import { type Abilities, abilitiesOf, sourceOf, type VersionPart } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { FindingDetails, Findings } from '../problems/findings.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { TreePath } from '../tree/tree.ts'

export interface ConfigurationContext {
  /** Where the flags or the configuration stand in the tree: `cluster.apiserver.flags`. */
  readonly path: TreePath
  /** Says where a value of the tree comes from: `cluster.yaml:12:7`, `preset gke-ssh-tunnels`. */
  readonly originOf: (path: TreePath) => string
}

/** What a part of the cluster runs with, and where each value is from. */
export interface Resolved<Configuration> {
  readonly configuration: Configuration
  /** By flag (`insecure-port`) or field (`authentication.webhook.cacheTTL`), in the order of the configuration. */
  readonly origins: ReadonlyMap<string, string>
  /** What Kubernetes would log as a warning, and do. */
  readonly notices: readonly string[]
}

/** Puts a configuration together, value by value: what is written wins over what the version has. */
export class Settings {
  readonly version: KubernetesVersion
  readonly defaults: Abilities
  readonly #context: ConfigurationContext
  readonly #findings: Findings
  readonly #origins = new Map<string, string>()
  readonly #notices: string[] = []

  constructor(version: KubernetesVersion, context: ConfigurationContext, findings: Findings) {
    this.version = version
    this.defaults = abilitiesOf(version)
    this.#context = context
    this.#findings = findings
  }

  get origins(): ReadonlyMap<string, string> {
    return this.#origins
  }

  /** What is written, else the version's default. */
  take<Part extends VersionPart, Key extends keyof Abilities[Part]>(
    name: string,
    written: Abilities[Part][Key] | undefined,
    part: Part,
    key: Key,
  ): Abilities[Part][Key] {
    return written === undefined ? this.takeDefault(name, part, key) : this.takeWritten(name, written)
  }

  takeDefault<Part extends VersionPart, Key extends keyof Abilities[Part]>(
    name: string,
    part: Part,
    key: Key,
  ): Abilities[Part][Key] {
    this.#origins.set(name, `kubernetes ${this.version.text}: ${sourceOf(this.version, part, key)}`)
    return this.defaults[part][key]
  }

  /** For a flag that is off, or given by the cluster, where nothing is written. */
  takeOr<Value>(name: string, written: Value | undefined, otherwise: Value, origin: string): Value {
    return written === undefined ? this.takeDerived(name, otherwise, origin) : this.takeWritten(name, written)
  }

  /** `at`: where it is written, if that is not where `name` leads. */
  takeWritten<Value>(name: string, written: Value, at = name): Value {
    this.#origins.set(name, this.#context.originOf(this.pathOf(at)))
    return written
  }

  /** It follows from another value. */
  takeDerived<Value>(name: string, value: Value, origin: string): Value {
    this.#origins.set(name, origin)
    return value
  }

  /** The value was something else, and became this. */
  amend(name: string, notice: string): void {
    this.#origins.set(name, notice)
    this.#notices.push(notice)
  }

  note(notice: string): void {
    this.#notices.push(notice)
  }

  refuse(name: string, code: ProblemCode, message: string, details: FindingDetails = {}): void {
    this.#findings.report(this.pathOf(name), code, message, details)
  }

  /** As every command of Kubernetes does with a flag that it does not have. */
  refuseFlag(name: string, hint: string): void {
    this.refuse(name, 'unknown-key', `unknown flag: --${name}`, { at: 'key', hint })
  }

  resolved<Configuration>(configuration: Configuration): Resolved<Configuration> {
    return { configuration, origins: this.#origins, notices: this.#notices }
  }

  /** A dotted name leads through nested fields. */
  private pathOf(name: string): TreePath {
    return [...this.#context.path, ...name.split('.')]
  }
}

/** Go's `%q` for a text, and for a list of texts. */
export function goQuoted(value: string | readonly string[]): string {
  return typeof value === 'string' ? JSON.stringify(value) : `[${value.map((item) => JSON.stringify(item)).join(' ')}]`
}

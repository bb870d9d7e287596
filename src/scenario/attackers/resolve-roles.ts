import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'
import { type Place, type RoleContext, RoleLookups } from './role-lookups.ts'
import { isRole, PATH_ROLE_ENDINGS, PATH_ROLES, type PathRole, parsePathRole } from './roles.ts'

/** The result of a lookup by name or role: the value, or the role that does not exist in this scenario. */
export type Lookup<Value> = { readonly value: Value } | { readonly absent: string }

/** Finds the paths of a scenario that have a role, and the credential of a position. */
export class Roles {
  /** The lookups for the roles of places and identities. */
  readonly lookups: RoleLookups
  readonly #context: RoleContext

  constructor(context: RoleContext) {
    this.lookups = new RoleLookups(context)
    this.#context = context
  }

  /** Returns the declared names of the paths with a role, in order. The list is empty if no path has it. */
  pathsOf(role: PathRole): readonly string[] {
    const names = this.#context.paths.filter((path) => matchesRole(role, path)).map(({ declared }) => declared)
    const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1))
    return role.isEvery ? sorted : sorted.slice(0, 1)
  }

  /**
   * Returns the paths with this name or role. The list is empty if no path has the role. Returns null for a text that
   * is not a role.
   */
  pathsNamed(text: string): readonly string[] | null {
    if (!isRole(text)) return [text]
    const role = parsePathRole(text)
    return role === null ? null : this.pathsOf(role)
  }

  /** The hint for a text that is not a role of a path. */
  get hint(): string {
    const existing = PATH_ROLES.filter((text) => this.pathsOf(parsePathRole(text)!).length > 0)
    return `roles of paths in this scenario: ${existing.join(', ')}; each can end in ${PATH_ROLE_ENDINGS.join(', ')}`
  }

  /** Returns the first instance of a declared path; null if it has none. */
  instanceOf(declared: string): PathBlueprint | null {
    return this.#context.paths.find((path) => path.declared === declared) ?? null
  }

  /**
   * Returns the name of the credential that an attacker has from its position on a host or in a pod; null for none.
   */
  credentialOf(vantage: Vantage, { kind, name }: Place): string | null {
    if (kind !== 'host') return null
    switch (VANTAGES[vantage].actsAs) {
      case 'user':
        return this.lookups.known(IDENTITY_NAMES.userClient(name))
      case 'kubelet':
        return this.lookups.known(IDENTITY_NAMES.nodeClient(name))
      case 'service-account': {
        const pod = this.#context.cluster?.members.pods.find((each) => each.name === name)
        return pod === undefined ? null : this.lookups.known(IDENTITY_NAMES.podToken(pod.app))
      }
      case null:
        return null
    }
  }
}

function matchesRole({ kind, scheme, tunnel }: PathRole, path: PathBlueprint): boolean {
  return (
    (kind === null || path.kind === kind) &&
    (scheme === null || (path.tls === null ? 'http' : 'https') === scheme) &&
    (tunnel === null || (path.tunnel?.kind ?? 'none') === tunnel)
  )
}

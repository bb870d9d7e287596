import type { DecidingFlag } from '../../attack/techniques/technique.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { ANONYMOUS, AUTHENTICATED, NODES, serviceAccountIdentity } from '../../cluster/access/identity.ts'
import { isForwarding, isProxied, pathKind } from '../../cluster/paths/path-kinds.ts'
import { joinedRemark, remarkOf, sourceOf } from '../../import/imported-from.ts'
import type { Cause, Tried } from '../../measure/check.ts'
import { NOBODY, type RequestResult } from '../../measure/verdict.ts'
import { agentsWeakness } from '../../scenario/cluster/konnectivity-settings.ts'
import { plainOf, positionAt, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { Settings } from './weak-settings.ts'

/**
 * Explains the gains of attackers by settings, permissions, and properties that no setting changes. It decides nothing.
 */
export class Causes {
  readonly #blueprint: Blueprint
  readonly #tree: Tree
  readonly #settings: Settings

  constructor(blueprint: Blueprint, tree: Tree) {
    this.#blueprint = blueprint
    this.#tree = tree
    this.#settings = new Settings(blueprint, tree)
  }

  /** Returns the causes of a verdict. */
  of({ path: declared, verdict }: Pick<Tried, 'path' | 'verdict'>): readonly Cause[] {
    const own = this.#of(declared, verdict)
    const path = this.#pathOf(declared)
    if (own.length > 0 || path === undefined || pathKind(path.kind).isForwarded !== true) return own
    // A forwarded request is possible because the path to kubelets is open, or else because of the apiserver's proxy.
    const causesOn = (isPassedOn: (kind: PathBlueprint['kind']) => boolean) =>
      this.#blueprint.paths.flatMap((one) => (isPassedOn(one.kind) ? this.#of(one.declared, verdict) : []))
    const ofKubelets = causesOn((kind) => isForwarding(kind, 'kubelets'))
    return distinct(ofKubelets.length > 0 ? ofKubelets : causesOn(isProxied))
  }

  #pathOf(declared: string): PathBlueprint | undefined {
    return this.#blueprint.paths.find((one) => one.declared === declared)
  }

  #of(declared: string, verdict: Tried['verdict']): readonly Cause[] {
    const path = this.#pathOf(declared)
    if (path === undefined) return []
    const granted = verdict.requests.filter(isGranted)
    const found = [
      ...decidersOf(verdict.technique, path).flatMap((deciding) => this.#byFlag(deciding, declared, granted)),
      ...this.#byPath(path, verdict),
      ...this.#byJoining(declared, verdict),
      ...this.#byAgents(path, verdict),
      ...granted.flatMap((request) => this.#byPermission(request)),
    ]
    return distinct(found)
  }

  #byFlag(deciding: DecidingFlag, declared: string, granted: readonly RequestResult[]): readonly Cause[] {
    const { flag, about, explains } = deciding
    return this.#settings.weaknessOf(flag, about, declared).flatMap(({ what, from, at, flag, value }) => {
      const isIt =
        explains === undefined ||
        granted.some(
          ({ by, port }) =>
            (explains === 'granted' && by !== NOBODY) ||
            (explains === 'anonymous' && by === 'system:anonymous') ||
            (explains === 'port' && port === value),
        )
      return isIt ? [{ what, from, at, flag, permission: null }] : []
    })
  }

  /** Returns the causes that no flag changes, if the attacker read, forged or changed messages on the path. */
  #byPath(path: PathBlueprint, { exposure, requests }: Tried['verdict']): readonly Cause[] {
    const kind = pathKind(path.kind)
    const open = exposure.messages > 0 ? (kind.openness?.(path) ?? null) : null
    const isUnchecked = exposure.messages > 0 && path.tunnel?.kind === 'ssh' && path.tunnel.hostKey !== 'check'
    const asksNobody =
      exposure.messages === 0 && kind.openness !== undefined && requests.some(({ by }) => by === NOBODY)
    return [
      ...(open === null ? [] : [open]),
      ...(isUnchecked
        ? ['the apiserver does not check the host keys of its SSH tunnels, and no flag changes that']
        : []),
      ...(asksNobody ? ['these servers ask for no credential, as applications do that rely on the network'] : []),
    ].map((what) => ({ what, from: '', at: null, flag: null, permission: null }))
  }

  /** Returns what lets an attacker respond to nodes that join, where one accepted it as the apiserver. */
  #byJoining(declared: string, { outcomes }: Tried['verdict']): readonly Cause[] {
    const { cluster, paths } = this.#blueprint
    const unverified = (cluster?.nodes ?? []).filter(({ bootstrap }) => bootstrap?.verify === 'none')
    const isOfJoining = paths.some(
      (path) => path.declared === declared && unverified.some(({ name }) => name === path.from),
    )
    if (!isOfJoining || !outcomes.includes('impersonated')) return []
    const what = 'nodes that join do not verify the apiserver, and believe whoever has their bootstrap token'
    return [{ what, ...sourceOf(positionAt(this.#tree, ['cluster', 'join', 'verify'])), flag: null, permission: null }]
  }

  /**
   * Returns the causes that let an attacker register Konnectivity agents with the identifiers of other nodes, if it did
   * so.
   */
  #byAgents({ declared, tunnel }: PathBlueprint, { technique }: Tried['verdict']): readonly Cause[] {
    if (tunnel?.kind !== 'konnectivity' || USED_TECHNIQUES[technique].serves?.carries !== true) return []
    const written = [
      ['paths', declared, 'tunnel', 'authentication'],
      ['cluster', 'konnectivity', 'authentication'],
    ].find((path) => treeAt(this.#tree, path) !== undefined)
    const source =
      written === undefined
        ? { from: 'a default: the authentication of agents is not set', at: null }
        : sourceOf(positionAt(this.#tree, written))
    return [{ what: agentsWeakness(tunnel.authentication), ...source, flag: null, permission: null }]
  }

  /** Returns the rules of a scenario that allow a request to the identity that sent it. */
  #byPermission(request: RequestResult): readonly Cause[] {
    return holdersOf(request.by).flatMap((holder) => this.#byRulesOf(holder, request))
  }

  #byRulesOf({ section, who }: Holder, { by, verb, resource }: RequestResult): readonly Cause[] {
    const rules = treeAt(this.#tree, ['cluster', ...section, 'rules'])
    if (rules?.kind !== 'list') return []
    return rules.items.flatMap((item) => {
      const { verbs, resources } = plainOf(item) as { readonly verbs?: unknown; readonly resources?: unknown }
      const [, subresource] = resource.split('/')
      const isAbout =
        hasAny(verbs, [verb, '*']) &&
        hasAny(resources, [resource, '*', ...(subresource === undefined ? [] : [`*/${subresource}`])])
      if (!isAbout) return []
      const what = remarkOf(item.position) ?? `${who} may ${verb} ${resource}`
      return [{ what, ...sourceOf(item.position), permission: { who: by, resource }, flag: null }]
    })
  }
}

/**
 * Returns the distinct causes. A permission that several requests use, or that several rules of one role give, counts
 * once.
 */
function distinct(causes: readonly Cause[]): readonly Cause[] {
  const texts = new Map(causes.map((cause) => [JSON.stringify([cause.what, cause.from]), cause]))
  const found = new Map<string, Cause>()
  for (const [key, cause] of texts) {
    const { permission, from } = cause
    const own = permission === null ? key : JSON.stringify([permission, from])
    const known = found.get(own)
    found.set(own, known === undefined ? cause : { ...known, what: joinedRemark(known.what, cause.what) })
  }
  return [...found.values()]
}

function decidersOf(technique: Tried['verdict']['technique'], { kind }: PathBlueprint): readonly DecidingFlag[] {
  const { party } = pathKind(kind).ends.to
  const decidedBy = USED_TECHNIQUES[technique].decidedBy ?? {}
  return (party === 'apiserver' || party === 'kubelet' ? decidedBy[party] : decidedBy.plain) ?? []
}

/** Returns whether a server did what a request asked for, or switched to another protocol for it. */
function isGranted({ status }: RequestResult): boolean {
  return isOk(status)
}

function isOk(status: number | null): boolean {
  return status !== null && status < 400
}

interface Holder {
  /** The section of the scenario with the permissions. */
  readonly section: readonly string[]
  readonly who: string
}

/**
 * Returns the holders of a user's permissions, by their names in Kubernetes: the user, and the groups that Kubernetes
 * puts it in.
 */
function holdersOf(user: string): readonly Holder[] {
  const group = (name: string): Holder => ({ section: ['groups', name], who: `everybody in the group ${name}` })
  if (user === ANONYMOUS.user) return ANONYMOUS.groups.map(group)
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user)
  const groups = account === null ? (user.startsWith('system:node:') ? [NODES] : []) : accountGroups(account[1])
  const own =
    account === null
      ? { section: ['users', user], who: `the user ${user}` }
      : { section: ['accounts', `${account[1]}/${account[2]}`], who: `the service account ${account[1]}/${account[2]}` }
  return [own, ...[...groups, AUTHENTICATED].map(group)]
}

function accountGroups(namespace: string): readonly string[] {
  return serviceAccountIdentity({ account: `${namespace}/any` }).groups
}

function hasAny(list: unknown, wanted: readonly string[]): boolean {
  return Array.isArray(list) && list.some((item) => wanted.includes(String(item)))
}

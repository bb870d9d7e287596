import type { AttackRequest } from '../../attack/parameters/common.ts'
import type { MatrixPlaceName } from '../../attack/techniques/matrix-places.ts'
import { TECHNIQUES, type TechniqueName, USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { type Operation, operationOf } from '../../cluster/messages/operations.ts'
import { isBetween, pathKind } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { OWN_CREDENTIAL } from '../../scenario/attackers/roles.ts'
import { attackerRequest, serverKindOf } from '../../simulation/attack/attacker-request.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint, UserBlueprint } from '../../simulation/blueprint-cluster.ts'
import { byName } from '../../simulation/by-name.ts'
import { isAllowedTo, namespacesIn } from '../../simulation/lookups/granted.ts'
import type { MatrixRow } from './matrix-rows.ts'

/** A position in the cluster, with a credential from the start or without one. */
interface Holder {
  readonly place: string
  readonly vantage: Vantage
  /** Null: servers treat it as `system:anonymous`. */
  readonly credential: string | null
  /** True if the credential is that of its position; false if it is another one on its host. */
  readonly isOwn: boolean
  /**
   * The path to the server on its host that has the credential. Root was not given the permissions of that credential.
   */
  readonly foundOn?: string
}

/**
 * Returns the rows for positions whose requests the apiserver allows. The requests are those that a technique has for
 * holders, or that it consists of. The positions are: anybody, each user, a pod of each service account, root on the
 * node of that pod, and root on a node as its kubelet or with other certificates there. If a kubelet allows everything
 * to anybody, or to anybody with a credential, there are also rows for positions without permissions.
 */
export function holderRows(blueprint: Blueprint, declared: string): readonly MatrixRow[] {
  const { cluster } = blueprint
  const path = blueprint.paths.find((one) => one.declared === declared)
  if (cluster === null || path === undefined) return []
  const holders = holdersIn(declared, cluster, blueprint)
  const anyone = anyHolders(declared, holders, path, blueprint)
  return namesOf(TECHNIQUES).flatMap((technique) =>
    merged(
      holders
        .flatMap((one) => [
          ...rowsOfRequests(one, technique, path, blueprint),
          ...rowsOfTechnique(one, technique, cluster, blueprint),
        ])
        .concat(rowsWithoutPermissions(anyone, technique, path, blueprint))
        .concat(rowsOnSegment(technique, path, blueprint))
        .concat(rowsOnJoining(technique, path, blueprint)),
    ),
  )
}

/** Returns the row for root on another node that shares a bridged segment, if the technique has such a row. */
function rowsOnSegment(technique: TechniqueName, path: PathBlueprint, { cluster, segments }: Blueprint): MatrixRow[] {
  const step = TECHNIQUES[technique].matrix.onSharedSegment
  const [other] = [...(cluster?.nodes ?? [])].sort(byName).filter(({ name }) => name !== path.to && name !== path.from)
  const isOnSegment = segments.some(({ l2, hosts }) => l2 === 'bridged' && hosts.includes(other?.name ?? ''))
  if (step === undefined || !isOnSegment) return []
  const { presents } = step
  return [
    {
      place: 'another node',
      vantage: 'node',
      technique,
      steps: [step],
      holds: typeof presents === 'string' ? [presents] : [],
      isOfHolder: true,
    },
  ]
}

/**
 * Returns the row of who has the token with which nodes join, between them and the apiserver: every node that joined had
 * it, and it signs what the next one reads before it knows the CA.
 */
function rowsOnJoining(
  technique: TechniqueName,
  { declared }: PathBlueprint,
  { paths, cluster }: Blueprint,
): MatrixRow[] {
  const joining = (cluster?.nodes ?? []).filter(({ bootstrap }) => bootstrap !== null).map(({ name }) => name)
  const isOfJoining = paths.some(
    (path) => path.declared === declared && isBetween(path.kind, 'kubelet', 'apiserver') && joining.includes(path.from),
  )
  if (TECHNIQUES[technique].matrix.onJoining !== true || !isOfJoining) return []
  const place = 'the link that it crosses'
  return [{ place, vantage: 'inline', technique, steps: [{}], holds: ['the bootstrap token'], isOfHolder: true }]
}

/**
 * Returns the positions without permissions that should still try a path to kubelets: those with a credential, if a
 * kubelet allows everything to all authenticated clients; anybody, if a kubelet serves anonymous clients.
 */
function anyHolders(
  declared: string,
  holders: readonly Holder[],
  path: PathBlueprint,
  { paths, cluster }: Blueprint,
): readonly Holder[] {
  if (serverKindOf(path) !== 'kubelet') return []
  const ends = paths.flatMap((one) => (one.declared === declared ? one.to : []))
  const kubelets = (cluster?.nodes ?? []).filter(({ name }) => ends.includes(name)).map(({ kubelet }) => kubelet)
  const allowsAll = kubelets.some(({ authorizationMode }) => authorizationMode === 'AlwaysAllow')
  const servesAnybody = kubelets.some(({ anonymousEnabled }) => anonymousEnabled)
  const known = holders.filter(({ credential, isOwn }) => credential !== null && isOwn)
  return [...(allowsAll ? known : []), ...(servesAnybody ? [NOBODY_IN_PARTICULAR] : [])]
}

/** Anybody who reaches a server, without a credential. */
const NOBODY_IN_PARTICULAR: Holder = {
  place: 'a network of the server',
  vantage: 'blind',
  credential: null,
  isOwn: false,
}

/** Returns the rows of positions that are not allowed any request of a technique, the first of each vantage. */
function rowsWithoutPermissions(
  holders: readonly Holder[],
  technique: TechniqueName,
  path: PathBlueprint,
  blueprint: Blueprint,
): readonly MatrixRow[] {
  const asks = TECHNIQUES[technique].matrix.asHolder?.[serverKindOf(path)] ?? []
  if (asks.length === 0) return []
  const powerless = holders.filter((one) => !isGranted(one, asks, path, blueprint))
  return firstOfEach(powerless, ({ vantage }) => vantage).map((one) => rowOf(one, technique, asks))
}

/**
 * Returns the row of a holder who is allowed what a technique does, unless the rows of every cluster have it. Holders
 * with all permissions are left out, because the technique gives them nothing new.
 */
function rowsOfTechnique(
  holder: Holder,
  technique: TechniqueName,
  cluster: ClusterBlueprint,
  blueprint: Blueprint,
): MatrixRow[] {
  const { place, vantage, credential, isOwn } = holder
  const { users, nodes, pods } = cluster
  const { byHolderOf, rows } = TECHNIQUES[technique].matrix
  if (byHolderOf === undefined || credential === null) return []
  const isTriedBy = (group: MatrixPlaceName) => rows.some(({ at }) => at.includes(group))
  const [firstUser] = [...users].sort(byName)
  const { actsAs } = VANTAGES[vantage]
  const isFirstUser = actsAs === 'user' && place === firstUser?.name
  if ((isFirstUser && isTriedBy('user')) || (actsAs === 'kubelet' && isOwn && isTriedBy('node'))) return []
  const members = {
    node: nodes.find(({ name }) => name !== place)?.name ?? place,
    pods: pods.map(({ name, account }) => ({ name, namespace: account.split('/')[0] })),
    namespaces: namespacesIn(cluster),
  }
  const may = (operation: Operation) => isAllowedTo(credential, operation, blueprint)
  const isGivenAll = holder.foundOn === undefined && may(ANYTHING)
  if (isGivenAll || !byHolderOf(members).some((line) => may(operationOf(line)))) return []
  const steps = [...theftsOf(holder), { at: TUNNELS_UP, ...shown(holder) }]
  return [{ place, vantage, technique, steps, holds: heldBy(holder), isOfHolder: true }]
}

function rowsOfRequests(
  holder: Holder,
  technique: TechniqueName,
  path: PathBlueprint,
  blueprint: Blueprint,
): MatrixRow[] {
  const asks = TECHNIQUES[technique].matrix.asHolder?.[serverKindOf(path)] ?? []
  return isGranted(holder, asks, path, blueprint) ? [rowOf(holder, technique, asks)] : []
}

/** Returns whether the apiserver allows a holder one of these requests. */
function isGranted(
  { place, credential }: Holder,
  asks: readonly AttackRequest[],
  path: PathBlueprint,
  blueprint: Blueprint,
): boolean {
  return asks.some((ask) => {
    const { line } = attackerRequest(ask, path, blueprint, 'apiserver', { credential, from: place })
    return isAllowedTo(credential, operationOf(line), blueprint)
  })
}

function rowOf(holder: Holder, technique: TechniqueName, asks: readonly AttackRequest[]): MatrixRow {
  const { place, vantage } = holder
  const steps = [...theftsOf(holder), ...asks.map((ask) => ({ at: TUNNELS_UP, ask, ...shown(holder) }))]
  return { place, vantage, technique, steps, holds: heldBy(holder), isOfHolder: true }
}

function shown({ credential, isOwn }: Pick<Holder, 'credential' | 'isOwn'>): { readonly with?: string } {
  return credential === null ? {} : { with: isOwn ? OWN_CREDENTIAL : credential }
}

/** Returns the step with which root takes the key of a certificate on its host. */
function theftsOf({ foundOn }: Holder): MatrixRow['steps'] {
  const [technique] = namesOf(TECHNIQUES).filter((name) => USED_TECHNIQUES[name].steals === 'keys')
  return foundOn === undefined ? [] : [{ technique, path: foundOn }]
}

function heldBy({ credential, isOwn, foundOn }: Holder): readonly string[] {
  return credential === null || isOwn || foundOn !== undefined ? [] : [credential]
}

/** An operation that is allowed only to those who are allowed everything. */
const ANYTHING: Operation = operationOf({ method: 'DELETE', target: '/apis/example.com/v1/anythings' })

/** The time at which the tunnels are up that the apiserver forwards requests through. */
const TUNNELS_UP = '1s'

/** Joins the rows with the same place and vantage. */
function merged(rows: readonly MatrixRow[]): readonly MatrixRow[] {
  const byPlace = new Map<string, MatrixRow>()
  for (const row of rows) {
    const key = `${row.place} ${row.vantage}`
    const { steps, holds } = byPlace.get(key) ?? { steps: [], holds: [] }
    byPlace.set(key, { ...row, steps: [...steps, ...row.steps], holds: [...holds, ...row.holds] })
  }
  return [...byPlace.values()]
}

function holdersIn(declared: string, cluster: ClusterBlueprint, blueprint: Blueprint): readonly Holder[] {
  const users = firstOfEach([...cluster.users].sort(byName), (user) => groundsOf(user, cluster))
  const pods = firstOfEach([...cluster.pods].sort(byName), ({ account }) => account)
  const ends = blueprint.paths.flatMap((path) => (path.declared === declared ? path.to : []))
  const nodes = [...cluster.nodes].sort(byName)
  // All nodes have the same permissions. A node does not need them for its own pods and its own kubelet.
  const others = nodes.filter(({ name }) => !ends.includes(name))
  return [
    NOBODY_IN_PARTICULAR,
    ...users.map(({ name, certificate }) => holder(name, 'user', certificate)),
    ...pods.flatMap((pod) => {
      const { name, token } = pod
      if (token === null) return []
      const isOnNode = cluster.nodes.some((each) => each.name === pod.node)
      const root = { ...holder(pod.node, 'node', token), isOwn: false }
      return [holder(name, 'pod', token), ...(isOnNode ? [root] : [])]
    }),
    ...(others.length > 0 ? others : nodes)
      .slice(0, 2)
      .map(({ name, clientCertificate }) => holder(name, 'node', clientCertificate)),
    ...servingHolders(nodes, blueprint),
  ]
}

/**
 * Returns root on the nodes whose kubelets' serving certificate is also a client certificate, once for each
 * certificate.
 */
function servingHolders(nodes: ClusterBlueprint['nodes'], { paths, identities }: Blueprint): readonly Holder[] {
  const serving = nodes.flatMap(({ name, servingCertificate }) => {
    const onPaths = paths.filter(({ kind, to }) => to === name && pathKind(kind).ends.to.party === 'kubelet')
    return onPaths.map(({ declared, tls }) => {
      return { node: name, declared, certificate: tls?.serverCertificate ?? servingCertificate }
    })
  })
  const isOfClient = (certificate: string) =>
    identities.some(
      (each) => each.name === certificate && each.kind === 'certificate' && each.usages.includes('client'),
    )
  return firstOfEach(
    serving.filter(({ certificate }) => isOfClient(certificate)),
    ({ certificate }) => certificate,
  ).map(({ node, certificate, declared }) => ({
    place: node,
    vantage: 'node',
    credential: certificate,
    isOwn: false,
    foundOn: declared,
  }))
}

function holder(place: string, vantage: Vantage, credential: string): Holder {
  return { place, vantage, credential, isOwn: true }
}

/** Returns the sources of a user's permissions. Users with equal sources are tried once. */
function groundsOf({ name, groups, rules }: UserBlueprint, { policies }: ClusterBlueprint): string {
  return JSON.stringify([groups, rules, policies.filter(({ user }) => user === name)])
}

function firstOfEach<T>(list: readonly T[], keyOf: (each: T) => string): readonly T[] {
  const first = new Map<string, T>()
  for (const each of list) if (!first.has(keyOf(each))) first.set(keyOf(each), each)
  return [...first.values()]
}

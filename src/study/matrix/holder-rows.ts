import type { AttackRequest } from '../../attack/parameters/common.ts'
import type { MatrixPlaceName } from '../../attack/techniques/matrix-places.ts'
import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { type Operation, operationOf } from '../../cluster/messages/operations.ts'
import { namesOf } from '../../engine/registry.ts'
import { OWN_CREDENTIAL } from '../../scenario/attackers/roles.ts'
import { attackerRequest, serverKindOf } from '../../simulation/attack/attacker-request.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint, UserBlueprint } from '../../simulation/blueprint-cluster.ts'
import { byName } from '../../simulation/by-name.ts'
import { isAllowedTo, namespacesIn } from '../../simulation/lookups/granted.ts'
import type { MatrixRow } from './matrix-rows.ts'

/** A position in the cluster whose holder has a credential from the start. */
interface Holder {
  readonly place: string
  readonly vantage: Vantage
  readonly credential: string
  /** True if the credential is that of its position; false if it is the token of a pod on its node. */
  readonly isOwn: boolean
}

/**
 * Returns the rows of those to whom the apiserver allows one of the requests that a technique has for holders, or that it
 * consists of: each user, a pod of each service account, root on the node of that pod, and root on a node as its kubelet.
 * At kubelets that allow whatever anybody asks who shows a credential, also the rows of one pod and of one node without
 * permissions.
 */
export function holderRows(blueprint: Blueprint, declared: string): readonly MatrixRow[] {
  const { cluster } = blueprint
  const path = blueprint.paths.find((one) => one.declared === declared)
  if (cluster === null || path === undefined) return []
  const holders = holdersIn(cluster)
  const anyone = allowsHolders(path, blueprint) ? anyHolders(declared, blueprint) : []
  return namesOf(TECHNIQUES).flatMap((technique) =>
    merged(
      holders
        .flatMap((one) => [
          ...rowsOfRequests(one, technique, path, blueprint),
          ...rowsOfTechnique(one, technique, cluster, blueprint),
        ])
        .concat(anyone.flatMap((one) => rowsWithoutPermissions(one, technique, path, blueprint))),
    ),
  )
}

/** Returns whether a kubelet to which a path leads refuses those without a credential, and allows all others everything. */
function allowsHolders({ declared }: PathBlueprint, { paths, cluster }: Blueprint): boolean {
  const ends = paths.flatMap((path) => (path.declared === declared && serverKindOf(path) === 'kubelet' ? path.to : []))
  return (cluster?.nodes ?? []).some(
    ({ name, kubelet }) =>
      ends.includes(name) && kubelet.authorizationMode === 'AlwaysAllow' && !kubelet.anonymousEnabled,
  )
}

/** Returns a pod, and a node to which a path does not lead, if there is one: each has a credential. */
function anyHolders(declared: string, { paths, cluster }: Blueprint): readonly Holder[] {
  const { pods, nodes } = cluster ?? { pods: [], nodes: [] }
  const ends = paths.flatMap((path) => (path.declared === declared ? path.to : []))
  const pod = [...pods].sort(byName).find(({ token }) => token !== null)
  const sorted = [...nodes].sort(byName)
  const node = sorted.find(({ name }) => !ends.includes(name)) ?? sorted[0]
  return [
    ...(pod?.token == null ? [] : [holder(pod.name, 'pod', pod.token)]),
    ...(node === undefined ? [] : [holder(node.name, 'node', node.clientCertificate)]),
  ]
}

function rowsWithoutPermissions(
  holder: Holder,
  technique: TechniqueName,
  path: PathBlueprint,
  blueprint: Blueprint,
): MatrixRow[] {
  const asks = TECHNIQUES[technique].matrix.asHolder?.[serverKindOf(path)] ?? []
  return asks.length === 0 || isGranted(holder, asks, path, blueprint) ? [] : [rowOf(holder, technique, asks)]
}

/**
 * Returns the row of a holder who may do what a technique does, unless the rows of every cluster have it. Those who may do
 * everything are left out: nothing that the technique brings them is beyond their permissions.
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
  if (byHolderOf === undefined) return []
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
  if (may(ANYTHING) || !byHolderOf(members).some((line) => may(operationOf(line)))) return []
  const step = { at: TUNNELS_UP, with: isOwn ? OWN_CREDENTIAL : credential }
  return [{ place, vantage, technique, steps: [step], holds: isOwn ? [] : [credential], isOfHolder: true }]
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

/** Returns whether the apiserver allows a holder one of some requests. */
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

function rowOf(
  { place, vantage, credential, isOwn }: Holder,
  technique: TechniqueName,
  asks: readonly AttackRequest[],
): MatrixRow {
  const steps = asks.map((ask) => ({ at: TUNNELS_UP, ask, with: isOwn ? OWN_CREDENTIAL : credential }))
  return { place, vantage, technique, steps, holds: isOwn ? [] : [credential], isOfHolder: true }
}

/** An operation that only those are allowed who are allowed all. */
const ANYTHING: Operation = operationOf({ method: 'DELETE', target: '/apis/example.com/v1/anythings' })

/** The time at which the tunnels are up through which the apiserver passes requests on. */
const TUNNELS_UP = '1s'

/** Joins the rows of one place and vantage. */
function merged(rows: readonly MatrixRow[]): readonly MatrixRow[] {
  const byPlace = new Map<string, MatrixRow>()
  for (const row of rows) {
    const key = `${row.place} ${row.vantage}`
    const { steps, holds } = byPlace.get(key) ?? { steps: [], holds: [] }
    byPlace.set(key, { ...row, steps: [...steps, ...row.steps], holds: [...holds, ...row.holds] })
  }
  return [...byPlace.values()]
}

function holdersIn(cluster: ClusterBlueprint): readonly Holder[] {
  const users = firstOfEach([...cluster.users].sort(byName), (user) => groundsOf(user, cluster))
  const pods = firstOfEach([...cluster.pods].sort(byName), ({ account }) => account)
  const [node] = [...cluster.nodes].sort(byName)
  return [
    ...users.map(({ name, certificate }) => holder(name, 'user', certificate)),
    ...pods.flatMap((pod) => {
      const { name, token } = pod
      if (token === null) return []
      const isOnNode = cluster.nodes.some((each) => each.name === pod.node)
      const root = { ...holder(pod.node, 'node', token), isOwn: false }
      return [holder(name, 'pod', token), ...(isOnNode ? [root] : [])]
    }),
    ...(node === undefined ? [] : [holder(node.name, 'node', node.clientCertificate)]),
  ]
}

function holder(place: string, vantage: Vantage, credential: string): Holder {
  return { place, vantage, credential, isOwn: true }
}

/** Returns what a user's permissions derive from. Users who have it in common are tried once. */
function groundsOf({ name, groups, rules }: UserBlueprint, { policies }: ClusterBlueprint): string {
  return JSON.stringify([groups, rules, policies.filter(({ user }) => user === name)])
}

function firstOfEach<T>(list: readonly T[], keyOf: (each: T) => string): readonly T[] {
  const first = new Map<string, T>()
  for (const each of list) if (!first.has(keyOf(each))) first.set(keyOf(each), each)
  return [...first.values()]
}

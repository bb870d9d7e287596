import { assert } from '../../engine/assert.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import { apiserverAggregated } from './kinds/apiserver-aggregated.ts'
import { apiserverEtcd } from './kinds/apiserver-etcd.ts'
import { apiserverKubelet } from './kinds/apiserver-kubelet.ts'
import { apiserverNode } from './kinds/apiserver-node.ts'
import { apiserverPod } from './kinds/apiserver-pod.ts'
import { apiserverService } from './kinds/apiserver-service.ts'
import { apiserverWebhook } from './kinds/apiserver-webhook.ts'
import { componentApiserver } from './kinds/component-apiserver.ts'
import { custom } from './kinds/custom.ts'
import { kubeletApiserver } from './kinds/kubelet-apiserver.ts'
import { podApiserver } from './kinds/pod-apiserver.ts'
import { userApiserver } from './kinds/user-apiserver.ts'
import type { ForwardedResource, ModelledPathKind, Party, PathKind } from './path-kind.ts'

/** All path kinds, in the order of `onpath list paths`. */
export const PATH_KINDS = {
  'component-apiserver': componentApiserver,
  'kubelet-apiserver': kubeletApiserver,
  'pod-apiserver': podApiserver,
  'apiserver-kubelet': apiserverKubelet,
  'apiserver-node': apiserverNode,
  'apiserver-pod': apiserverPod,
  'apiserver-service': apiserverService,
  'user-apiserver': userApiserver,
  custom,
  'apiserver-etcd': apiserverEtcd,
  'apiserver-webhook': apiserverWebhook,
  'apiserver-aggregated': apiserverAggregated,
} as const satisfies Readonly<Record<string, PathKind>>

/** The name of a kind that a scenario can use. */
export type PathKindName = Extract<(typeof PATH_KINDS)[keyof typeof PATH_KINDS], { readonly modelled: true }>['name']

export const MODELLED_PATH_KINDS: readonly (ModelledPathKind & { readonly name: PathKindName })[] = Object.values(
  PATH_KINDS,
).filter((kind) => kind.modelled)

export function pathKind(name: PathKindName): ModelledPathKind {
  return PATH_KINDS[name]
}

/** The kind of a path that names no kind. */
export const DEFAULT_PATH_KIND: PathKindName = custom.name

export function leadsToApiserver(kind: PathKindName): boolean {
  return pathKind(kind).ends.to.party === 'apiserver'
}

/** Returns whether the server of such a path is the apiserver or a kubelet. */
export function leadsToApiserverOrKubelet(kind: PathKindName): boolean {
  const { party } = pathKind(kind).ends.to
  return party === 'apiserver' || party === 'kubelet'
}

export function isBetween(kind: PathKindName, from: Party, to: Party): boolean {
  const { ends } = pathKind(kind)
  return ends.from.party === from && ends.to.party === to
}

/** Returns whether the apiserver forwards users' requests for `resource` over paths of this kind. */
export function isForwarding(kind: PathKindName, resource: ForwardedResource): boolean {
  return pathKind(kind).forwards === resource
}

/** Returns whether the apiserver proxies users' requests over paths of this kind to a server other than a kubelet. */
export function isProxied(kind: PathKindName): boolean {
  const { forwards } = pathKind(kind)
  return forwards !== undefined && forwards !== 'kubelets'
}

/** Returns whether the apiserver dials the server of such a path at the address in Node.status. */
export function isByNodeAddress(kind: PathKindName): boolean {
  const { forwards } = pathKind(kind)
  return forwards === 'kubelets' || forwards === 'nodes'
}

/** The kind over which the apiserver forwards users' requests for `resource`. */
export function kindForwarding(resource: ForwardedResource): PathKindName {
  const kind = MODELLED_PATH_KINDS.find(({ forwards }) => forwards === resource)
  assert(kind !== undefined, `a path kind forwards requests for ${resource}`)
  return kind.name
}

/** Returns the kinds of path that carry `workload`; empty if every kind does, or none. */
export function kindsCarrying(workload: WorkloadKind): readonly PathKindName[] {
  return MODELLED_PATH_KINDS.filter(({ carries }) => carries.includes(workload)).map(({ name }) => name)
}

/** The resources for which the apiserver forwards a user's workload; empty if it answers the workload itself. */
export function resourcesForwarding(workload: WorkloadKind): readonly ForwardedResource[] {
  return kindsCarrying(REQUESTED_AS[workload] ?? workload).flatMap((kind) => pathKind(kind).forwards ?? [])
}

/** Workloads that every path carries, with the workload that a user requests from the apiserver for each. */
const REQUESTED_AS: Partial<Record<WorkloadKind, WorkloadKind>> = { stream: 'logs', keystrokes: 'exec' }

/** The names of the kinds from which the apiserver forwards requests, for messages: `user-apiserver`. */
export const FORWARDED_KINDS = MODELLED_PATH_KINDS.filter(({ isForwarded }) => isForwarded)
  .map(({ name }) => name)
  .join(' or ')

/** The tunnels, with the first and the last x of Kubernetes 1.x that have them. */
export const TUNNEL_VERSIONS = {
  // Deprecated in 1.9 (k/k#54433), removed in 1.22 (k/k#102297).
  ssh: { firstMinor: 0, lastMinor: 21, reason: 'SSH tunnels and --ssh-user were removed in 1.22' },
  // Alpha in 1.16, beta in 1.18 (KEP-1281).
  konnectivity: { firstMinor: 16, lastMinor: 999, reason: 'Konnectivity came as alpha in 1.16 and as beta in 1.18' },
} as const

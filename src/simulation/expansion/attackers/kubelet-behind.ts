import type { PlannedRequest } from '../../../attack/techniques/step-planner.ts'
import { type ForwardedRequest, forwardedRequest } from '../../../cluster/messages/forwarded-requests.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import type { Blueprint } from '../../blueprint.ts'
import type { ClusterBlueprint, PodBlueprint } from '../../blueprint-cluster.ts'
import { serverKindOfRequest } from './step-planner.ts'

/** A request that the apiserver has the kubelet of a node serve, with the line that the kubelet gets. */
export interface PassedOn {
  readonly node: string
  readonly line: RequestLine
}

/** Returns how the apiserver passes a request of an attacker on to a kubelet; null: it serves or refuses it itself. */
export function passedOnToKubelet(request: PlannedRequest, blueprint: Blueprint): PassedOn | null {
  const { cluster } = blueprint
  const forwarded =
    serverKindOfRequest(request, blueprint) === 'apiserver' ? forwardedRequest(request.request.line) : null
  if (cluster === null || forwarded === null) return null
  const passedOn = forwarded.via === 'node-proxy' ? forwarded : toNodeOfPod(forwarded, cluster)
  return cluster.nodes.some(({ name }) => name === passedOn?.node) ? passedOn : null
}

type AboutPod = Extract<ForwardedRequest, { readonly via: 'subresource' }>

function toNodeOfPod(asked: AboutPod, { pods }: ClusterBlueprint): PassedOn | null {
  const pod = pods.find((each) => isNamed(each, asked))
  return pod === undefined ? null : { node: pod.node, line: asked.lineFor(pod.app) }
}

/** Returns whether a pod has a name in a namespace. Workloads use `default` as the namespace of every pod. */
function isNamed({ name, account }: PodBlueprint, { namespace, pod }: AboutPod): boolean {
  return name === pod && (namespace === 'default' || account.startsWith(`${namespace}/`))
}

/** Returns the node whose kubelet serves a request of an attacker to the apiserver; null: none does. */
export function kubeletBehind(request: PlannedRequest, blueprint: Blueprint): string | null {
  return passedOnToKubelet(request, blueprint)?.node ?? null
}

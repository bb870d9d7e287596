import type { PlannedRequest } from '../../attack/techniques/step-planner.ts'
import { type ForwardedRequest, forwardedRequest } from '../../cluster/messages/forwarded-requests.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint, PodBlueprint } from '../blueprint-cluster.ts'
import { stepsInOrder } from '../lookups/attacker-names.ts'
import { firstOfEachName, pathLookupsOf } from '../lookups/lookups.ts'
import { ClusterConnections } from '../paths/cluster-connections.ts'
import { requestsOf, serverKindOfRequest } from './step-planner.ts'

/** A request that the apiserver forwards to the kubelet of a node, and the request line that the kubelet receives. */
export interface PassedOn {
  readonly node: string
  readonly line: RequestLine
}

/**
 * Returns how the apiserver forwards an attacker's request to a kubelet; null if it serves or refuses the request
 * itself.
 */
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

/** Returns whether a pod has a name in a namespace. Workloads use the namespace `default` for every pod. */
function isNamed({ name, account }: PodBlueprint, { namespace, pod }: AboutPod): boolean {
  return name === pod && (namespace === 'default' || account.startsWith(`${namespace}/`))
}

/**
 * Adds the connections that the apiserver opens to kubelets for attackers' requests: for logs, for streams into pods,
 * and through the node proxy. The attackers' hosts have to be added before.
 */
export function withPathsForAttackers(blueprint: Blueprint): Blueprint {
  const { cluster, attackers } = blueprint
  if (cluster === null || attackers.length === 0) return blueprint
  const { toKubelet } = pathLookupsOf(blueprint)
  const connections = new ClusterConnections(blueprint, cluster)
  const added = stepsInOrder(blueprint).flatMap((placed) =>
    requestsOf(placed, blueprint).flatMap((request) => {
      const wanted = passedOnToKubelet(request, blueprint)?.node
      const node = toKubelet.has(wanted ?? '') ? undefined : cluster.nodes.find(({ name }) => name === wanted)
      return node === undefined ? [] : [connections.toKubelet(node, `attacker ${placed.attacker.name}`)]
    }),
  )
  return { ...blueprint, paths: [...blueprint.paths, ...firstOfEachName(added)] }
}

import type { Blueprint } from '../../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../../blueprint-cluster.ts'
import { hostOfPod } from '../expansion/cluster-paths.ts'
import { externalServices } from './external-services.ts'

/** Pods that an event restarts or deletes. */
export function restartingPods({ events }: Blueprint, { pods }: ClusterBlueprint): readonly PodBlueprint[] {
  const restarting = new Set(events.flatMap((event) => (event.kind === 'restart' ? [event.host] : [])))
  const deleted = new Set(events.flatMap((event) => (event.kind === 'delete-pod' ? [event.pod] : [])))
  return pods.filter((pod) => restarting.has(hostOfPod(pod)) || deleted.has(pod.name))
}

/** Services whose endpoints change. */
export function changingServices(blueprint: Blueprint, cluster: ClusterBlueprint): ServiceBlueprint[] {
  const names = new Set(restartingPods(blueprint, cluster).map(({ name }) => name))
  return cluster.services.filter(({ endpoints }) => endpoints.some((name) => names.has(name)))
}

/** Nodes whose kube-proxy has something to hear: where no endpoint changes and no service comes, its connection would be idle. */
export function proxiesOf(blueprint: Blueprint, cluster: ClusterBlueprint): readonly NodeBlueprint[] {
  const isQuiet = changingServices(blueprint, cluster).length === 0 && externalServices(blueprint).length === 0
  return isQuiet ? [] : cluster.nodes
}

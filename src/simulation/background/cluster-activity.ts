import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import type { ClusterActivity } from '../expanded-blueprint.ts'
import { kubeProxyHosts } from '../kube-proxy/kube-proxy-hosts.ts'
import { certificateNamed, indexed } from '../lookups/lookups.ts'
import { hostOfPod } from '../lookups/members.ts'

const NO_ACTIVITY: ClusterActivity = {
  certifiedNodes: [],
  restartingPods: [],
  changingServices: [],
  externalServices: [],
  kubeProxies: [],
}

/** Returns the activity of a cluster's programs in this scenario. */
export function activityOf(blueprint: Blueprint): ClusterActivity {
  const { cluster, events, additions } = blueprint
  if (cluster === null) return NO_ACTIVITY
  const hosts = new Set(events.flatMap((event) => (event.kind === 'restart' ? [event.host] : [])))
  const deleted = new Set(events.flatMap((event) => (event.kind === 'delete-pod' ? [event.pod] : [])))
  const restartingPods = cluster.pods.filter((pod) => hosts.has(hostOfPod(pod)) || deleted.has(pod.name)).sort(byName)
  const restarting = new Set(restartingPods.map(({ name }) => name))
  const changingServices = cluster.services
    .filter(({ endpoints }) => endpoints.some((name) => restarting.has(name)))
    .sort(byName)
  const externalServices = [...(additions?.services ?? [])].sort(byName)
  const isQuiet = changingServices.length + externalServices.length === 0
  return {
    certifiedNodes: certifiedNodes(blueprint, cluster),
    restartingPods,
    changingServices,
    externalServices,
    kubeProxies: isQuiet ? [] : kubeProxyHosts(cluster),
  }
}

const LONGEST_RUN_S = 100 * 24 * 3600

/**
 * The share of its lifetime after which a kubelet may renew its certificate (client-go,
 * util/certificate/certificate_manager.go).
 */
const EARLIEST_RENEWAL = 0.7

function certifiedNodes(blueprint: Blueprint, { nodes }: ClusterBlueprint): readonly NodeBlueprint[] {
  const identities = indexed(blueprint.identities)
  return nodes
    .filter(({ clientCertificate, kubelet, bootstrap }) => {
      const { notBeforeS, notAfterS } = certificateNamed(identities, clientCertificate)
      const isRenewed = notBeforeS + EARLIEST_RENEWAL * (notAfterS - notBeforeS) < LONGEST_RUN_S
      return bootstrap !== null || (kubelet.rotateCertificates && isRenewed)
    })
    .sort(byName)
}

import type { ExternalServiceBlueprint } from '../../attack/additions.ts'
import { type EndpointsKind, endpointsBytes, endpointsType } from '../../cluster/kube-proxy/endpoint-sizes.ts'
import type {
  ChangingService,
  EndpointPod,
  KubeProxyPlan,
  ProxyNode,
} from '../../cluster/kube-proxy/kube-proxy-plan.ts'
import { BECAME_READY, BECAME_UNREADY, CREATED } from '../../cluster/kube-proxy/kube-proxy-plan.ts'
import { listForProxy, watchForProxy } from '../../cluster/kube-proxy/proxy-requests.ts'
import { agentOf } from '../../cluster/messages/api-headers.ts'
import { patchPodStatus } from '../../cluster/messages/apiserver-requests.ts'
import {
  emptyListBytes,
  hasManagedFields,
  listBytes,
  objectBytes,
  POD_STATUS_PATCH_BYTES,
} from '../../cluster/messages/object-sizes.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { assert } from '../../engine/assert.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { ClusterBlueprint, PodBlueprint, ServiceBlueprint } from '../blueprint-cluster.ts'
import { named } from '../lookups/lookups.ts'
import { hostOfPod } from '../lookups/members.ts'
import { lookUp } from '../network/plan-network.ts'
import type { ProgramContext } from '../object-watches/plan-objects.ts'
import { kubeletOf, type Program, WATCH_TIMEOUT_S } from '../object-watches/plan-objects.ts'
import { isProxyByCertificate, PROXY_TOKEN, proxyPathName } from './expand-kube-proxy.ts'
import type { KubeProxyHost } from './kube-proxy-hosts.ts'

/** Plans the watches of kube-proxies, if services or their endpoints change. */
export function planKubeProxies(context: ProgramContext): KubeProxyPlan {
  const { changingServices, externalServices, kubeProxies, restartingPods } = context.blueprint.activity
  const pods = restartingPods.map((pod, index) => planPod(pod, index, context))
  const services = [
    ...changingServices.map((service) => planService(service, restartingPods, context)),
    ...externalServices.map((service) => planExternalService(service, restartingPods, context)),
  ]
  for (const [nth, { name }] of externalServices.entries())
    planCreations(name, changingServices.length + nth, services, context)
  const nodes = kubeProxies.map((node) => planNode(node, services, context))
  return { services, pods, nodes }
}

function planService(
  { name, clusterAddress, port, targetPort, endpoints }: ServiceBlueprint,
  restarting: readonly PodBlueprint[],
  { cluster, blueprint, network, objects }: ProgramContext,
): ChangingService {
  const { addresses, hostIndex, virtualAddresses } = network
  const address = addresses.indexOf(parseAddress(clusterAddress))
  const virtual = virtualAddresses.findIndex((each) => each.address === address && each.port === port)
  assert(virtual >= 0, `a service has its address: ${name}`)
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  return {
    virtual,
    object: objects.addObject(),
    endpoints: endpoints.map((endpoint) => ({
      address: addresses.mainAddressOf(lookUp(hostIndex, hostOfPod(named(blueprint.lookups.pods, endpoint)))),
      port: targetPort,
      pod: restarting.findIndex((pod) => pod.name === endpoint),
    })),
    ...endpointsBytes(kind, name, cluster.version.minor),
    kind,
    creation: null,
  }
}

function planExternalService(
  { name, externalAddress, port, endpoints }: ExternalServiceBlueprint,
  restarting: readonly PodBlueprint[],
  { cluster, network, objects }: ProgramContext,
): ChangingService {
  const { addresses, hostIndex, virtualAddresses } = network
  const virtual = virtualAddresses.findIndex((each) => each.name === `external/${name}`)
  assert(virtual >= 0 && port > 0, `a service has its address: ${name} ${externalAddress}`)
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  return {
    virtual,
    object: objects.addObject(),
    endpoints: endpoints.map((endpoint) => ({
      address: addresses.mainAddressOf(lookUp(hostIndex, endpoint.host)),
      port: endpoint.port,
      pod: restarting.findIndex((pod) => hostOfPod(pod) === endpoint.host),
    })),
    ...endpointsBytes(kind, name, cluster.version.minor),
    kind,
    creation: { object: objects.addObject(), bytes: objectBytes('services', 'protobuf', shapeOf(cluster)) },
  }
}

/** Registers the requests of workloads and attackers that create the service. */
function planCreations(
  name: string,
  service: number,
  services: readonly ChangingService[],
  { catalogue, objects }: ProgramContext,
): void {
  for (const [request, caller] of catalogue.callers.entries()) {
    if (caller.service !== name) continue
    objects.adopt(request, caller.encoding, services[service].creation?.bytes ?? 0, CREATED, service)
  }
}

function shapeOf({ version }: ClusterBlueprint) {
  return { managedFields: hasManagedFields(version.minor), images: 0 }
}

function planPod(
  pod: PodBlueprint,
  index: number,
  { cluster, blueprint, network, objects }: ProgramContext,
): EndpointPod {
  const node = blueprint.lookups.nodes.get(pod.node)
  const path = blueprint.lookups.paths.ofKubelet.get(pod.node)
  const host = lookUp(network.hostIndex, hostOfPod(pod))
  if (node === undefined || path === undefined) return { name: pod.name, host, report: null }
  const [namespace] = pod.account.split('/')
  const message = {
    line: patchPodStatus(namespace, pod.name),
    bodyBytes: POD_STATUS_PATCH_BYTES,
    responseBytes: objectBytes('pods', 'protobuf', shapeOf(cluster)),
  }
  const report = (change: number) => objects.change(kubeletOf(node, path.name), message, change, index)
  return { name: pod.name, host, report: { ready: report(BECAME_READY), unready: report(BECAME_UNREADY) } }
}

function planNode(
  { name, version }: KubeProxyHost,
  services: readonly ChangingService[],
  { cluster, network, identities, streams, objects }: ProgramContext,
): ProxyNode {
  const program: Program = {
    agent: agentOf('kube-proxy', version.minor),
    path: proxyPathName(name),
    bearer: isProxyByCertificate(cluster) ? null : { kind: 'service-account', token: identities.token(PROXY_TOKEN) },
    encoding: 'protobuf',
    node: null,
  }
  const { minor } = version
  const host = lookUp(network.hostIndex, name)
  const key = streams.key(`node/${name}/kube-proxy`)
  const watched = (
    lane: number,
    what: 'services' | EndpointsKind,
    listBytes: number,
    subscriptions: readonly number[],
  ) => {
    const list = listForProxy(what, minor)
    const watch = watchForProxy(what, WATCH_TIMEOUT_S, minor)
    return objects.watched(program, host, { list, listBytes, watch, subscriptions }, { key, lane })
  }
  const servicesBytes = listBytes('services', 'protobuf', shapeOf(cluster), cluster.services.length)
  const created = services.flatMap(({ creation }) => (creation === null ? [] : [creation.object]))
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  return {
    services: watched(
      0,
      'services',
      servicesBytes,
      created.map((object) => objects.subscribe(object)),
    ),
    endpoints: watched(
      1,
      kind,
      emptyListBytes(endpointsType(kind, minor)),
      services.map(({ object }) => objects.subscribe(object)),
    ),
  }
}

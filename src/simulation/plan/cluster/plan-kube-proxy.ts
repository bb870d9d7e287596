import type { Bearer } from '../../../cluster/access/bearer.ts'
import { endpointsBytes, endpointsType } from '../../../cluster/kube-proxy/endpoint-sizes.ts'
import type {
  ChangingService,
  EndpointPod,
  KubeProxyPlan,
  ProxyNode,
  ProxyWatch,
} from '../../../cluster/kube-proxy/kube-proxy-plan.ts'
import { BECAME_READY, BECAME_UNREADY } from '../../../cluster/kube-proxy/kube-proxy-plan.ts'
import { listForProxy, watchForProxy } from '../../../cluster/kube-proxy/proxy-requests.ts'
import { agentOf } from '../../../cluster/messages/api-headers.ts'
import { patchPodStatus } from '../../../cluster/messages/apiserver-requests.ts'
import {
  emptyListBytes,
  hasManagedFields,
  listSize,
  objectSize,
  POD_STATUS_PATCH,
} from '../../../cluster/messages/object-sizes.ts'
import { abilitiesOf } from '../../../cluster/versions/abilities.ts'
import { assert } from '../../../engine/assert.ts'
import { parseAddress } from '../../../network/address-book.ts'
import type { ExternalServiceBlueprint } from '../../blueprint-additions.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { isProxyByCertificate, PROXY_TOKEN, proxyPathName } from '../expansion/background-paths.ts'
import { hostOfPod, nodeOfPod, podNamed, reviewPathOf } from '../expansion/cluster-paths.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import { externalServices } from './external-services.ts'
import type { BackgroundContext } from './plan-bootstrapping.ts'
import type { ObjectPlans } from './plan-objects.ts'
import { changingServices, proxiesOf, restartingPods } from './proxied-services.ts'

const CHANGES = 2
const WATCH_TIMEOUT_S = 450

/** What kube-proxies hear, where something changes that they would hear of. */
export function planKubeProxies(
  cluster: ClusterBlueprint,
  context: BackgroundContext,
  catalogue: HttpCatalogue,
  objects: ObjectPlans,
): KubeProxyPlan {
  const { blueprint } = context
  const changing = changingServices(blueprint, cluster).sort(byName)
  const restarting = [...restartingPods(blueprint, cluster)].sort(byName)
  const firstChange = objects.addChanges('endpoints', CHANGES)
  const pods = restarting.map((pod, index) => planPod(pod, index, firstChange, cluster, context, objects))
  const creation = objects.addChanges('endpoints', 1)
  const external = externalServices(blueprint)
  const services = [
    ...changing.map((service) => planService(service, restarting, cluster, context, objects)),
    ...external.map((service) => planExternalService(service, restarting, cluster, context, objects)),
  ]
  for (const [nth, { name }] of external.entries())
    planCreations(name, changing.length + nth, creation, services, catalogue, objects)
  const nodes = [...proxiesOf(blueprint, cluster)]
    .sort(byName)
    .map((node) => planNode(node, services, cluster, context, objects))
  return { services, pods, nodes, firstChange, creation }
}

function planService(
  { name, clusterAddress, port, targetPort, endpoints }: ServiceBlueprint,
  restarting: readonly PodBlueprint[],
  cluster: ClusterBlueprint,
  { network }: BackgroundContext,
  objects: ObjectPlans,
): ChangingService {
  const { addresses, hostIndex, virtualAddresses } = network
  const address = addresses.indexOf(parseAddress(clusterAddress))
  const virtual = virtualAddresses.findIndex((each) => each.address === address && each.port === port)
  assert(virtual >= 0, `a service has its address: ${name}`)
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  return {
    virtual,
    object: objects.addObject('endpoints'),
    endpoints: endpoints.map((endpoint) => ({
      address: addresses.mainAddressOf(lookUp(hostIndex, hostOfPod(podNamed(cluster, endpoint)))),
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
  cluster: ClusterBlueprint,
  { network }: BackgroundContext,
  objects: ObjectPlans,
): ChangingService {
  const { addresses, hostIndex, virtualAddresses } = network
  const virtual = virtualAddresses.findIndex((each) => each.name === `external/${name}`)
  assert(virtual >= 0 && port > 0, `a service has its address: ${name} ${externalAddress}`)
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  return {
    virtual,
    object: objects.addObject('endpoints'),
    endpoints: endpoints.map((endpoint) => ({
      address: addresses.mainAddressOf(lookUp(hostIndex, endpoint.host)),
      port: endpoint.port,
      pod: restarting.findIndex((pod) => hostOfPod(pod) === endpoint.host),
    })),
    ...endpointsBytes(kind, name, cluster.version.minor),
    kind,
    creation: { object: objects.addObject('endpoints'), bytes: serviceBytes(cluster) },
  }
}

/** Requests that create it, whoever makes them: what comes of them once they are let in. */
function planCreations(
  name: string,
  service: number,
  creation: number,
  services: readonly ChangingService[],
  catalogue: HttpCatalogue,
  objects: ObjectPlans,
): void {
  for (const [request, caller] of catalogue.callers.entries()) {
    if (caller.service !== name) continue
    const bytes = services[service].creation?.bytes ?? 0
    objects.adopt(request, caller.encoding, bytes, { kind: 'change', change: creation, subject: service })
  }
}

function serviceBytes({ version }: ClusterBlueprint): number {
  const shape = { managedFields: hasManagedFields(version.minor), images: 0 }
  return objectSize('services', 'protobuf', shape).bytes
}

function planPod(
  pod: PodBlueprint,
  index: number,
  firstChange: number,
  cluster: ClusterBlueprint,
  { blueprint, network }: BackgroundContext,
  objects: ObjectPlans,
): EndpointPod {
  const node = nodeOfPod(cluster, pod)
  const path = node === null ? undefined : reviewPathOf(blueprint, node)
  const host = lookUp(network.hostIndex, hostOfPod(pod))
  if (node === null || path === undefined) return { name: pod.name, host, report: null }
  const program = {
    agent: agentOf('kubelet', node.version.minor),
    path: path.name,
    bearer: null,
    encoding: 'protobuf',
    node: node.name,
  } as const
  const [namespace] = pod.account.split('/')
  const shape = { managedFields: hasManagedFields(cluster.version.minor), images: 0 }
  const answer = { status: 200, bodyBytes: objectSize('pods', 'protobuf', shape).bytes } as const
  const report = (change: number) =>
    objects.message(program, patchPodStatus(namespace, pod.name), POD_STATUS_PATCH.bytes, answer, {
      kind: 'change',
      change: firstChange + change,
      subject: index,
    })
  return { name: pod.name, host, report: { ready: report(BECAME_READY), unready: report(BECAME_UNREADY) } }
}

function planNode(
  { name, version }: NodeBlueprint,
  services: readonly ChangingService[],
  cluster: ClusterBlueprint,
  { network, identities, streams }: BackgroundContext,
  objects: ObjectPlans,
): ProxyNode {
  const token = (): Bearer => ({ kind: 'service-account', token: identities.token(PROXY_TOKEN) })
  const program = {
    agent: agentOf('kube-proxy', version.minor),
    path: proxyPathName(name),
    bearer: isProxyByCertificate(cluster) ? null : token(),
    encoding: 'protobuf',
    node: null,
  } as const
  const { minor } = version
  const kind = abilitiesOf(cluster.version).kubeProxy.watches
  const watch = (what: 'services' | typeof kind, listBytes: number, subscriptions: readonly number[]): ProxyWatch => ({
    list: objects.message(
      program,
      listForProxy(what, minor),
      0,
      { status: 200, bodyBytes: listBytes },
      {
        kind: 'list',
        subscriptions,
      },
    ),
    watch: objects.message(
      program,
      watchForProxy(what, WATCH_TIMEOUT_S, minor),
      0,
      { status: 200, bodyBytes: 0 },
      {
        kind: 'watch',
        subscriptions,
      },
    ),
  })
  const shape = { managedFields: hasManagedFields(cluster.version.minor), images: 0 }
  const { bytes } = listSize('services', 'protobuf', shape, cluster.services.length)
  return {
    name,
    host: lookUp(network.hostIndex, name),
    services: watch(
      'services',
      bytes,
      services.flatMap(({ creation }) => (creation === null ? [] : [objects.subscribe(creation.object)])),
    ),
    endpoints: watch(
      kind,
      emptyListBytes(endpointsType(kind, minor)),
      services.map(({ object }) => objects.subscribe(object)),
    ),
    key: streams.key(`node/${name}/kube-proxy`),
  }
}

import { assert } from '../engine/assert.ts'
import { hashString32 } from '../engine/hash.ts'
import type { Streams } from '../engine/streams.ts'
import { formatAddress } from '../network/address-book.ts'
import { tokenSizeBytes } from '../security/bearer-token.ts'
import { requestBytes, responseBytes } from '../workload/http-message.ts'
import type { Arrivals, Workload } from '../workload/workload.ts'
import type { Blueprint, PathBlueprint, WorkloadBlueprint } from './blueprint.ts'
import { byName } from './by-name.ts'
import { lookUp, type PlannedNetwork } from './plan-network.ts'
import { HIGH_LANE, LOW_LANE, type PlannedPaths } from './plan-paths.ts'
import { type Identities, tokenOf } from './plan-security.ts'

export function planWorkloads(
  blueprint: Blueprint,
  network: PlannedNetwork,
  paths: PlannedPaths,
  identities: Identities,
  streams: Streams,
): Workload[] {
  return [...blueprint.workloads].sort(byName).map((workload) => {
    const path = blueprint.paths.find(({ name }) => name === workload.path)
    assert(path !== undefined, 'a workload has its path')
    return planWorkload(workload, path, network, paths, identities, streams)
  })
}

function planWorkload(
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  network: PlannedNetwork,
  paths: PlannedPaths,
  identities: Identities,
  streams: Streams,
): Workload {
  const { name, connection, requestBytes: requestBodyBytes, responseBytes: responseBodyBytes, startNs } = workload
  const token = tokenOf(path.tls, identities)
  const address = network.addresses.valueOf(network.addresses.mainAddressOf(lookUp(network.hostIndex, path.to)))
  const contentType = path.kind === 'apiserver-kubelet' ? 'text/plain' : 'application/octet-stream'
  return {
    name,
    path: lookUp(paths.pathIndex, path.name),
    nameHigh: hashString32(`workload/${name}`, HIGH_LANE),
    nameLow: hashString32(`workload/${name}`, LOW_LANE),
    isKeptAlive: connection === 'keep-alive',
    arrivals: planArrivals(workload, streams),
    requestBodyBytes,
    responseBodyBytes,
    requestBytes: requestBytes({
      method: requestBodyBytes > 0 ? 'POST' : 'GET',
      target: path.kind === 'apiserver-kubelet' ? KUBELET_TARGET : '/',
      authority: `${formatAddress(address)}:${path.port}`,
      userAgent: path.kind === 'apiserver-kubelet' ? APISERVER_AGENT : GO_AGENT,
      tokenBytes: token === null ? 0 : tokenSizeBytes(token),
      bodyBytes: requestBodyBytes,
    }),
    responseBytes: responseBytes('200 OK', contentType, responseBodyBytes),
    refusalBytes: responseBytes('401 Unauthorized', 'text/plain', REFUSAL.length),
    token,
    startNs,
  }
}

/** Go's net/http names itself so (request.go, defaultUserAgent). */
const GO_AGENT = 'Go-http-client/1.1'
/** An apiserver that fetches logs: 179 bytes in all (facts, kubernetes-paths.md 1.9). */
const APISERVER_AGENT = 'kube-apiserver/v1.30.0 (linux/amd64) kubernetes/7c48c2b'
const KUBELET_TARGET = '/containerLogs/default/web-5d4f8c7b9d-x2x4z/web'
/** What a kubelet says to who may not. */
const REFUSAL = 'Unauthorized'

function planArrivals({ name, arrivals }: WorkloadBlueprint, streams: Streams): Arrivals {
  if (arrivals.kind === 'closed') return arrivals
  return { ...arrivals, key: streams.key(`workload/${name}/arrivals`) }
}

import { listAll, watchAll } from '../messages/apiserver-requests.ts'
import type { RequestLine } from '../messages/operations.ts'
import { type EndpointsKind, endpointsType } from './endpoint-sizes.ts'

// The resources that a kube-proxy lists and watches (cmd/kube-proxy/app/server.go: its informers).

type ProxyResource = 'services' | EndpointsKind

export function listForProxy(resource: ProxyResource, minor: number): RequestLine {
  return listAll(pathOf(resource, minor), selectorOf(minor))
}

export function watchForProxy(resource: ProxyResource, timeoutS: number, minor: number): RequestLine {
  return watchAll(pathOf(resource, minor), timeoutS, minor, selectorOf(minor))
}

/**
 * Returns the label selector of kube-proxy's requests: since 1.14 it excludes services of other proxies, and since 1.15
 * headless services.
 */
function selectorOf(minor: number): string | null {
  if (minor < 14) return null
  const others = '!service.kubernetes.io/service-proxy-name'
  return minor < 15 ? others : `${others},!service.kubernetes.io/headless`
}

function pathOf(resource: ProxyResource, minor: number): string {
  if (resource !== 'endpointslices') return `/api/v1/${resource}`
  return `/apis/${endpointsType(resource, minor).apiVersion}/endpointslices`
}

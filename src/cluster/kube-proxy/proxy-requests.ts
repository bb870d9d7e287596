import type { RequestLine } from '../messages/operations.ts'
import { encodeQuery } from '../messages/query.ts'
import type { EndpointsKind } from './endpoint-sizes.ts'

/** Since 1.14 and 1.15 services may be left to other proxies, and those without an address are left out. */
function selectorOf(minor: number): string | null {
  if (minor < 14) return null
  const others = '!service.kubernetes.io/service-proxy-name'
  return minor < 15 ? others : `${others},!service.kubernetes.io/headless`
}

function pathOf(what: 'services' | EndpointsKind, minor: number): string {
  if (what !== 'endpointslices') return `/api/v1/${what}`
  return `/apis/discovery.k8s.io/${minor >= 21 ? 'v1' : 'v1beta1'}/endpointslices`
}

/** What a kube-proxy lists and watches (cmd/kube-proxy/app/server.go: its informers). */
export function listForProxy(what: 'services' | EndpointsKind, minor: number): RequestLine {
  const query = encodeQuery({ labelSelector: selectorOf(minor), limit: 500, resourceVersion: 0 })
  return { method: 'GET', target: `${pathOf(what, minor)}${query}` }
}

export function watchForProxy(what: 'services' | EndpointsKind, timeoutS: number, minor: number): RequestLine {
  const query = encodeQuery({
    allowWatchBookmarks: minor >= 16 ? true : null,
    labelSelector: selectorOf(minor),
    resourceVersion: 12_345_678,
    timeoutSeconds: timeoutS,
    watch: true,
  })
  return { method: 'GET', target: `${pathOf(what, minor)}${query}` }
}

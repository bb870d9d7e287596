import { kubeletResponseFields } from '../../cluster/messages/api-headers.ts'
import { plainRequestFields } from '../../cluster/messages/plain-headers.ts'
import { CHECK_PERIOD_NS } from '../../cluster/tunnels/ssh-tunneler.ts'
import type { SshTunnelerPlan } from '../../cluster/tunnels/ssh-tunneler-plan.ts'
import { drawFraction, type Streams } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { unconditional } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlanContext } from '../plan-context.ts'
import { hasSshTunneler } from './expand-ssh-tunnels.ts'

/** The index of 127.0.0.1 in the address book. */
const LOOPBACK = 0
/** The length of the response of a healthy kubelet: `ok`. */
const OK_BYTES = 2

/**
 * Plans the tunneler; returns null if the apiserver keeps no tunnels up. `healthRequest` comes from
 * `planHealthRequest`.
 */
export function planSshTunneler(
  { blueprint: { cluster }, network, paths: { tunnels, paths }, streams }: PlanContext,
  healthRequest: number,
): SshTunnelerPlan | null {
  if (cluster === null || !hasSshTunneler(cluster)) return null
  const managed = tunnels.flatMap(({ isManaged }, tunnel) => (isManaged ? [tunnel] : []))
  return {
    host: lookUp(network.hostIndex, cluster.apiserver.host),
    ageNs: managed.some((tunnel) => tunnels[tunnel].isWarm) ? ageOf(cluster.apiserver.host, streams) : 0,
    tunnels: managed,
    healthz: { remoteAddress: LOOPBACK, port: cluster.apiserver.configuration.kubeletReadOnlyPort },
    healthzTarget: paths.length,
    healthRequest,
  }
}

/** Returns the time since a tunneler's last round of checks, a random time within its minute. */
function ageOf(host: string, streams: Streams): number {
  const { hi, lo } = streams.key(`ssh/${host}/tunneler`)
  return Math.floor(drawFraction(hi, lo, 0, 0, 0, 0) * CHECK_PERIOD_NS)
}

/**
 * Plans the request of a health check and its response (cmd/kube-apiserver/app/server.go, CreateNodeDialer:
 * HealthCheckURL). Returns NONE without a tunneler.
 */
export function planHealthRequest({ blueprint: { cluster }, catalogue, answers }: PlanContext): number {
  if (cluster === null || !hasSshTunneler(cluster)) return NONE
  const authority = `127.0.0.1:${cluster.apiserver.configuration.kubeletReadOnlyPort}`
  const line = { method: 'GET', target: '/healthz' } as const
  const fields = plainRequestFields({
    ...line,
    authority,
    scheme: 'http',
    userAgent: 'Go-http-client/1.1',
    tokenBytes: 0,
    bodyBytes: 0,
    upgrade: null,
  })
  // The client keeps no connection open (DisableKeepAlives).
  const closing = { name: 'connection', value: 'close' }
  const request = catalogue.request(line, [...fields, closing], false)
  const answer = { status: 200, contentType: 'text/plain; charset=utf-8', contentLengthBytes: OK_BYTES }
  const accepted = catalogue.response(200, [...kubeletResponseFields(answer), closing])
  answers[request] = unconditional({ kind: 'body', bodyBytes: OK_BYTES }, accepted)
  return request
}

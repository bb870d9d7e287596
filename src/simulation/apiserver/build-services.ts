import type { AccessObserver } from '../../cluster/access/access-observer.ts'
import { ApiserverService } from '../../cluster/apiserver/apiserver-service.ts'
import { ProxiedRequests } from '../../cluster/apiserver/proxied-requests.ts'
import type { ProxyObserver } from '../../cluster/apiserver/proxy-observer.ts'
import { RefusedUpgrades } from '../../cluster/apiserver/refused-upgrades.ts'
import { KubeletService } from '../../cluster/kubelet/kubelet-service.ts'
import { KubeletPlainPorts } from '../../cluster/kubelet/plain-ports.ts'
import { Reviews } from '../../cluster/kubelet/reviews.ts'
import type { NodeAddresses } from '../../cluster/paths/node-addresses.ts'
import type { ServiceKind } from '../../cluster/paths/path.ts'
import type { PathGates } from '../../cluster/paths/path-gates.ts'
import { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import { NONE } from '../../engine/table.ts'
import type { Account } from '../../network/rows.ts'
import { CertifiedResponder } from '../../workload/certified-responder.ts'
import type { HttpClients } from '../../workload/http-clients.ts'
import { Background } from '../background/build-background.ts'
import type { ServiceContext } from '../build-context.ts'
import type { ClusterPlan } from './plan-cluster.ts'

/** A request that the apiserver sends for a workload, and the account that pays for it. */
export interface ForwardedRequest {
  readonly workload: number
  readonly path: number
  /** The index of its HttpRequest. */
  readonly request: number
  readonly account: Account
}

function forwardedRequestsOf({ plan, accounts }: ServiceContext): ForwardedRequest[] {
  if (plan.cluster === null) return []
  return [...plan.cluster.apiserver.proxied.values()].flatMap(({ workload, targets }) =>
    targets.flatMap(({ endpoints }) =>
      endpoints.map(({ path, request }) => ({ workload, path, request, account: accounts.allocate() })),
    ),
  )
}

/** The HTTP services of the apiserver and the kubelets. Without a cluster, all responses are planned. */
export class ClusterServices {
  readonly kinds: Readonly<Record<Exclude<ServiceKind, 'konnectivity'>, number>>
  /** The upstream requests; null when no service sends any. */
  upstreams: Upstreams | null = null
  /** The programs that work on their own; null without a cluster. */
  readonly background: Background | null
  /** The requests that the apiserver sends for workloads. */
  readonly forwarded: readonly ForwardedRequest[]
  private readonly context: ServiceContext
  private readonly apiserver: ApiserverService | null = null
  private proxied: ProxiedRequests | null = null
  private readonly kubelets: KubeletService | null = null
  private readonly plainPorts: KubeletPlainPorts | null = null

  constructor(context: ServiceContext) {
    const { plan, answers, tls, http } = context
    this.context = context
    this.forwarded = forwardedRequestsOf(context)
    const { service } = answers
    const certified = new CertifiedResponder(tls, http, answers).service
    const plain = {
      answers: service,
      'certified-answers': certified,
      apiserver: service,
      'apiserver-insecure': service,
      kubelet: service,
    }
    this.kinds = { ...plain, 'kubelet-read-only': service, 'kubelet-healthz': service }
    this.background = plan.background === null ? null : new Background(context, plan.background)
    if (plan.cluster === null || this.background === null) return
    const { store, handlers } = this.background
    this.apiserver = new ApiserverService({
      ...context,
      answers: store,
      issued: handlers.certificates.issued,
      tokens: handlers.pods,
      plan: plan.cluster.apiserver,
    })
    this.kubelets = new KubeletService({ ...context, plan: plan.cluster.kubelet })
    this.plainPorts = new KubeletPlainPorts(http, answers, plan.cluster.kubelet)
    this.kinds = {
      answers: service,
      'certified-answers': certified,
      apiserver: this.apiserver.service,
      'apiserver-insecure': this.apiserver.insecureService,
      kubelet: this.kubelets.service,
      'kubelet-read-only': this.plainPorts.readOnlyService,
      'kubelet-healthz': this.plainPorts.healthService,
    }
  }

  /** Connects the services with what they need to send requests. */
  connect(clients: HttpClients, gates: PathGates, addresses: NodeAddresses): void {
    const { context } = this
    const { connections, shared } = clients
    const { cluster } = context.plan
    if (cluster === null || this.apiserver === null || this.kubelets === null) return
    const upstreams = buildUpstreams(context, clients, addresses)
    this.upstreams = upstreams
    this.connectApiserver(this.apiserver, cluster, upstreams)
    this.kubelets.connectReviews(
      new Reviews({ ...context, upstreams, shared, plan: cluster.kubelet, user: this.kubelets }),
    )
    this.background?.connect(upstreams, this.apiserver, { connections, shared, gates })
  }

  /** Sets the observer of all access decisions of the apiserver and the kubelets; null for none. */
  observeAccess(observer: AccessObserver | null): void {
    for (const service of [this.apiserver, this.kubelets, this.plainPorts])
      if (service !== null) service.accessObserver = observer
  }

  /** Sets the observer of the requests that the apiserver forwards. */
  observeProxied(observer: ProxyObserver): void {
    if (this.proxied !== null) this.proxied.observer = observer
  }

  /** Deletes the state of the programs on a host that restarts. */
  restart(host: number): void {
    this.kubelets?.forget(host)
    this.background?.restart(host)
  }

  deletePod(pod: number, endpoint: number, terminatingNs: number): void {
    this.background?.deletePod(pod, endpoint, terminatingNs)
  }

  private connectApiserver(apiserver: ApiserverService, { apiserver: plan }: ClusterPlan, upstreams: Upstreams): void {
    const { arena, streams, http } = this.context
    const refusedUpgrades = new RefusedUpgrades(arena, streams, http, upstreams, plan.afterRefusedUpgrade)
    const payers = new Map(this.forwarded.map(({ request, account }) => [request, account]))
    this.proxied = new ProxiedRequests({
      ...this.context,
      upstreams,
      payers,
      plans: plan.proxied,
      refusedUpgrades,
      refuse: (exchange, status, message, code) => apiserver.refuse(exchange, status, message, code),
      noteRefused: (exchange, status, message, code) => apiserver.noteRefused(exchange, status, message, code),
    })
    apiserver.connectProxied(this.proxied)
  }
}

/**
 * Builds the part that sends requests on behalf of others: of the cluster's programs and of attackers. A simulation has
 * one.
 */
export function buildUpstreams(
  context: ServiceContext,
  { connections, shared }: HttpClients,
  addresses: NodeAddresses,
): Upstreams {
  const isHttp2 = context.plan.paths.map(({ tlsClients }) => tlsClients.http2 !== NONE)
  return new Upstreams({ ...context, connections, shared, addresses, isHttp2 })
}

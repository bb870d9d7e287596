import { CertificateController } from '../../cluster/bootstrapping/certificate-controller.ts'
import { IssuedCertificates } from '../../cluster/bootstrapping/issued-certificates.ts'
import { KubeletCertificates } from '../../cluster/bootstrapping/kubelet-certificates.ts'
import { type Doorkeeper, SigningRequests } from '../../cluster/bootstrapping/signing-requests.ts'
import { CERTIFICATE_TURN, ENDPOINT_TURN, POD_TURN } from '../../cluster/event-kinds.ts'
import { Endpoints } from '../../cluster/kube-proxy/endpoints.ts'
import { KubeProxies } from '../../cluster/kube-proxy/kube-proxies.ts'
import { PodReadiness } from '../../cluster/kube-proxy/pod-readiness.ts'
import { ObjectCalls } from '../../cluster/objects/object-calls.ts'
import { ObjectDesk } from '../../cluster/objects/object-desk.ts'
import type { PathGates } from '../../cluster/paths/path-gates.ts'
import { IssuedTokens } from '../../cluster/pods/issued-tokens.ts'
import { PodVolumes } from '../../cluster/pods/pod-volumes.ts'
import type { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import type { PathConnections } from '../../workload/path-connections.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import type { BackgroundPlan } from '../plan/cluster/plan-background.ts'
import type { ServiceGround } from './service-ground.ts'

interface Asking {
  readonly calls: ObjectCalls
  readonly controller: CertificateController
  readonly kubelets: KubeletCertificates
  readonly proxies: KubeProxies
  readonly readiness: PodReadiness
  readonly volumes: PodVolumes
}

/** What a cluster does by itself: those who ask, and where they are answered. */
export class Background {
  readonly issued: IssuedCertificates
  readonly desk: ObjectDesk
  private readonly ground: ServiceGround
  private readonly plan: BackgroundPlan
  private readonly signing: SigningRequests
  private readonly endpoints: Endpoints
  readonly tokens: IssuedTokens
  private asking!: Asking

  constructor(ground: ServiceGround, plan: BackgroundPlan) {
    const { arena, timeline, streams, http, answers } = ground
    const { bootstrapping, desk } = plan
    this.ground = ground
    this.plan = plan
    this.issued = new IssuedCertificates(arena, bootstrapping.nodes)
    this.signing = new SigningRequests(timeline, bootstrapping, this.issued)
    this.endpoints = new Endpoints(arena, ground.network.translation, plan.kubeProxies)
    this.tokens = new IssuedTokens(arena, timeline, plan.pods)
    const keepers = { 'signing-requests': this.signing, endpoints: this.endpoints, tokens: this.tokens }
    this.desk = new ObjectDesk(arena, streams, http, answers, desk, keepers)
  }

  get calls(): ObjectCalls {
    return this.asking.calls
  }

  get volumes(): PodVolumes {
    return this.asking.volumes
  }

  get kubelets(): KubeletCertificates {
    return this.asking.kubelets
  }

  /** Gives them what they need to ask. */
  connect(
    upstreams: Upstreams,
    connections: PathConnections,
    shared: SharedConnections,
    gates: PathGates,
    door: Doorkeeper,
  ): void {
    const { arena, timeline, streams, processors, http, accounts, plan } = this.ground
    const { bootstrapping } = this.plan
    const cpus = plan.hosts.map(({ cpu }) => cpu)
    const { firstHost } = plan.targets
    this.signing.connect(this.desk, door)
    this.endpoints.connect(this.desk)
    this.tokens.connect(this.desk)
    const calls = new ObjectCalls(arena, streams, processors, http, upstreams, cpus, accounts, this.plan.desk)
    const controller = new CertificateController(arena, timeline, processors, calls, bootstrapping, firstHost)
    const kubelets = new KubeletCertificates(
      arena,
      timeline,
      processors,
      calls,
      connections,
      shared,
      gates,
      this.issued,
      bootstrapping.nodes,
      cpus,
      firstHost,
    )
    const { nodes, pods } = this.plan.kubeProxies
    const proxies = new KubeProxies(arena, timeline, calls, this.endpoints, nodes, firstHost)
    const readiness = new PodReadiness(arena, timeline, calls, this.endpoints, pods, proxies.turns, firstHost)
    const volumes = new PodVolumes(arena, timeline, calls, gates, this.plan.pods, firstHost)
    this.asking = { calls, controller, kubelets, proxies, readiness, volumes }
  }

  begin(): void {
    this.asking.controller.begin()
    this.asking.kubelets.begin()
    this.asking.proxies.begin()
    this.asking.volumes.begin()
  }

  forget(host: number): void {
    this.asking.controller.forget(host)
    this.asking.kubelets.forget(host)
    this.asking.proxies.forget(host)
    this.asking.readiness.forget(host)
    this.asking.volumes.forget(host)
  }

  /** Whoever has its token has nothing any more, and services learn of it as soon as their nodes do. */
  deletePod(pod: number, endpoint: number): void {
    this.tokens.deletePod(pod)
    this.asking.readiness.deletePod(endpoint)
  }

  onEvent(kind: number, argument: number): void {
    const { controller, kubelets, proxies, readiness, volumes } = this.asking
    switch (kind) {
      case CERTIFICATE_TURN:
        return argument === controller.turn ? controller.begin() : kubelets.onTurn(argument)
      case POD_TURN:
        return volumes.onTurn(argument)
      case ENDPOINT_TURN:
        return argument < proxies.turns ? proxies.onTurn(argument) : readiness.onTurn(argument)
    }
  }
}

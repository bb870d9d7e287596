import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { drawFraction } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { LONGEST_RUN_NS, NS_PER_S } from '../../engine/ticks.ts'
import type { Worker } from '../../network/processor.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ClientHandler } from '../objects/program-clients.ts'
import { type Backoff, Reflector } from '../objects/reflector.ts'
import type { CertifiedNode, SigningPlan } from './bootstrapping-plan.ts'
import type { IssuedCertificates } from './issued-certificates.ts'
import { CERTIFICATE_TURN, phaseOf, SIGNED, serialOf } from './signing-state.ts'

/** The steps in which a node gets a certificate. */
const DISCOVER = 0
const VERIFY = 1
const MAKE_KEY = 2
const CREATE = 3
/** The kubelet watches its signing request until it is signed. */
const AWAIT = 4
/** The kubelet has its certificate and will use it one nanosecond later. */
const INSTALL = 5
const IDLE = 6
/** The node trusts the CA of an attacker, and connects to nobody else any more. */
const MISLED = 7

/**
 * The pause after a failed read of cluster-info, which kubeadm repeats until it succeeds
 * (cmd/kubeadm/app/constants/constants.go, DiscoveryRetryInterval).
 */
const DISCOVERY_PAUSE_NS = 5 * NS_PER_S
/** The pause after which systemd restarts a kubelet that failed (kubeadm's 10-kubeadm.conf, RestartSec). */
const PAUSE_NS = 10 * NS_PER_S
/** The backoff of the reflector, which never retries: a kubelet that failed starts again with a new key. */
const BACKOFF: Backoff = { firstNs: PAUSE_NS, longestNs: PAUSE_NS, restartNs: null }

class KubeletTable implements ArenaTable {
  step!: Uint8Array
  /** The number of the signing request that the kubelet waits for. */
  serial!: Int32Array
  /** The number of keys made. Work for an earlier key is ignored when it ends. */
  attempts!: Int32Array
  /** The tick at which the node received its first certificate; -1 before that. */
  joinedTick!: Float64Array
  /** The number of certificates that the node has received. */
  certificates!: Float64Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.step.fill(IDLE)
    this.serial.fill(0)
    this.attempts.fill(0)
    this.joinedTick.fill(-1)
    this.certificates.fill(0)
  }

  layOut(columns: Columns): void {
    this.joinedTick = columns.float64()
    this.certificates = columns.float64()
    this.serial = columns.int32()
    this.attempts = columns.int32()
    this.step = columns.uint8()
  }
}

/**
 * Gets client certificates for kubelets. A node that joins reads the cluster's CA, requests a certificate with its
 * bootstrap token, watches its signing request until it is signed, and then dials with the certificate; it sends no
 * other request to the API server before. With `rotateCertificates` the kubelet requests the next certificate in time,
 * and closes the connections that use the last one (pkg/kubelet/certificate/bootstrap/bootstrap.go; client-go
 * util/certificate; kubeadm discovery/token).
 */
export class KubeletCertificates implements ClusterProgram, ClientHandler, Worker {
  readonly table: KubeletTable
  private readonly parts: ProgramParts
  private readonly issued: IssuedCertificates
  private readonly nodes: readonly CertifiedNode[]
  private readonly firstClient: number
  private readonly reflector: Reflector
  private readonly watched: readonly { readonly node: number; readonly signing: SigningPlan }[]
  private readonly workerKind: number

  constructor(parts: ProgramParts, issued: IssuedCertificates, nodes: readonly CertifiedNode[]) {
    const { arena, timeline, processors, clients, gates } = parts
    this.table = new KubeletTable(arena, nodes.length)
    this.parts = parts
    this.issued = issued
    this.nodes = nodes
    this.firstClient = clients.open(
      this,
      nodes.map(({ host }) => host),
      CERTIFICATE_TURN,
    )
    this.watched = nodes.flatMap(({ join, rotation }, node) =>
      [join?.signing ?? null, rotation].flatMap((signing) => (signing === null ? [] : [{ node, signing }])),
    )
    this.reflector = new Reflector({
      arena,
      timeline,
      clients,
      watched: this.watched.map(({ signing }) => signing),
      backoff: BACKOFF,
      wakeKind: CERTIFICATE_TURN,
      handler: {
        onObject: (watched, _object, state) => this.onSigningRequest(watched, state),
        onFailed: (watched) => this.startAgain(this.watched[watched].node),
      },
    })
    this.workerKind = processors.register(this)
    for (const { join, paths } of nodes) if (join !== null) for (const path of paths) gates.close(path)
  }

  begin(): void {
    this.nodes.forEach(({ join }, node) => {
      if (join !== null) this.goTo(node, join.discovery === null ? MAKE_KEY : DISCOVER)
      else this.awaitRotation(node)
    })
  }

  onWake(node: number): void {
    const { table } = this
    if (table.step[node] === INSTALL) this.installCertificate(node)
    else this.goTo(node, table.step[node] === IDLE ? MAKE_KEY : table.step[node])
  }

  /**
   * Called when a host restarts. Certificates are on disk and survive; a pending request starts again from the
   * beginning.
   */
  restart(host: number): void {
    this.nodes.forEach(({ host: own }, node) => {
      if (own !== host || this.table.step[node] === IDLE || this.table.step[node] === MISLED) return
      this.cancel(node)
      this.table.step[node] = Math.min(this.table.step[node], MAKE_KEY)
      this.wakeAt(node, this.parts.timeline.now + PAUSE_NS)
    })
  }

  // Called by the clients of its requests.

  onObject(node: number, step: number, _object: number, state: number): void {
    if (step === CREATE) this.table.serial[node] = serialOf(state)
  }

  onResponse(node: number, step: number): void {
    switch (step) {
      case DISCOVER:
        if (this.isMisled(node)) return this.stayMisled(node)
        return this.goTo(node, this.nodes[node].join?.verifiedDiscovery == null ? MAKE_KEY : VERIFY)
      case VERIFY:
        return this.goTo(node, MAKE_KEY)
      case CREATE:
        return this.goTo(node, AWAIT)
    }
  }

  /** Returns whether a node has taken the CA from a host that is not the apiserver's. With a pinned CA it takes none. */
  private isMisled(node: number): boolean {
    const { join } = this.nodes[node]
    if (join === null || join.verifiedDiscovery !== null) return false
    return this.parts.clients.authorOf(this.firstClient + node) !== join.apiserverHost
  }

  private stayMisled(node: number): void {
    this.closeConnection(this.nodes[node].join?.discovery)
    this.table.step[node] = MISLED
  }

  onFailed(node: number, step: number): void {
    if (step === CREATE) return this.startAgain(node)
    this.table.step[node] = DISCOVER
    this.wakeAt(node, this.parts.timeline.now + DISCOVERY_PAUSE_NS)
  }

  /** Handles a state of the node's signing request. */
  private onSigningRequest(watched: number, state: number): void {
    const { table } = this
    const { node } = this.watched[watched]
    const isSigned = phaseOf(state) === SIGNED && serialOf(state) >= table.serial[node]
    if (!isSigned || table.step[node] === INSTALL) return
    table.step[node] = INSTALL
    this.reflector.finish(watched)
    this.wakeAt(node, this.parts.timeline.now + 1)
  }

  private startAgain(node: number): void {
    this.table.step[node] = MAKE_KEY
    this.wakeAt(node, this.parts.timeline.now + PAUSE_NS)
  }

  // The methods of Worker, called when the kubelet has made a key and a signing request with it.

  isPresent(): boolean {
    return true
  }

  onWorkDone(node: number, attempt: number): void {
    if (this.table.attempts[node] === attempt && this.table.step[node] === MAKE_KEY) this.goTo(node, CREATE)
  }

  private goTo(node: number, step: number): void {
    const { join } = this.nodes[node]
    this.table.step[node] = step
    if (step === DISCOVER && join?.discovery != null) this.send(node, step, join.discovery)
    else if (step === VERIFY && join?.verifiedDiscovery != null) this.send(node, step, join.verifiedDiscovery)
    else if (step === MAKE_KEY) this.makeKey(node)
    else if (step === CREATE) this.send(node, step, this.signingOf(node).create)
    else if (step === AWAIT) this.reflector.start(this.watchedOf(node))
  }

  private signingOf(node: number): SigningPlan {
    return this.watched[this.watchedOf(node)].signing
  }

  /**
   * Returns the signing request that the node currently needs: the one that uses the bootstrap token before it has
   * joined, later the one that uses its certificate.
   */
  private watchedOf(node: number): number {
    const { join, rotation } = this.nodes[node]
    const signing = this.table.joinedTick[node] < 0 && join !== null ? join.signing : rotation
    return this.watched.findIndex((each) => each.node === node && each.signing === signing)
  }

  /**
   * Makes a key. A P-256 key takes one multiplication of the base point, the largest part of the work of a signature.
   */
  private makeKey(node: number): void {
    const { table, workerKind } = this
    const { join, host } = this.nodes[node]
    this.closeConnection(join?.discovery)
    this.closeConnection(join?.verifiedDiscovery)
    table.attempts[node]++
    const { processors, cpus } = this.parts
    const costNs = 2 * cpus[host].signNs['ecdsa-p256']
    processors.run(host, costNs, 0, NONE, workerKind, node, 0, table.attempts[node])
  }

  /** Makes the kubelet use the new certificate from now on. */
  private installCertificate(node: number): void {
    const { table } = this
    const { timeline, gates, connections } = this.parts
    const { join, paths } = this.nodes[node]
    this.cancel(node)
    table.step[node] = IDLE
    table.certificates[node]++
    if (join !== null && table.joinedTick[node] < 0) {
      table.joinedTick[node] = timeline.now
      this.closeConnection(join.signing.create)
      this.awaitRotation(node)
      return gates.open(paths)
    }
    this.awaitRotation(node)
    for (const path of paths) connections.closeAll(path)
  }

  /**
   * Schedules the next request at 70 to 90 % of the certificate's life (client-go certificate_manager.go,
   * nextRotationDeadline).
   */
  private awaitRotation(node: number): void {
    const { issued } = this
    const { rotation, key } = this.nodes[node]
    if (rotation === null) return
    const drawn = drawFraction(key.hi, key.lo, 0, 0, this.table.certificates[node], 0)
    const notBeforeS = issued.notBeforeS(node)
    const lifeS = issued.notAfterS(node) - notBeforeS
    const dueTick = Math.round((notBeforeS + lifeS * (0.7 + 0.2 * drawn)) * NS_PER_S)
    if (dueTick < LONGEST_RUN_NS) this.wakeAt(node, Math.max(dueTick, this.parts.timeline.now + 1))
  }

  private send(node: number, step: number, request: ProgramRequest): void {
    this.parts.clients.send(this.firstClient + node, request, step)
  }

  private cancel(node: number): void {
    this.parts.clients.cancel(this.firstClient + node)
    this.watched.forEach((each, watched) => {
      if (each.node === node) this.reflector.stop(watched)
    })
  }

  /** Closes the connection of a request whose response has arrived. Nothing else uses the connection. */
  private closeConnection(request: ProgramRequest | null | undefined): void {
    const { connections, shared } = this.parts
    if (request != null) connections.close(shared.rowOf(request.path))
  }

  private wakeAt(node: number, tick: number): void {
    this.parts.clients.wakeAt(this.firstClient + node, tick)
  }
}

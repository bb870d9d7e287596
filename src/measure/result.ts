import type { FailureReason } from '../transport/streams/failure.ts'
import type { KnowledgeResult, SecretResult, VerdictResult } from './verdict.ts'

/**
 * The result of a run, as a plain JSON value. Reports read it and never the simulation. Fields are in the order of the
 * JSON document, whose bytes are the same on every engine (docs/design.md#determinism-contract).
 */
export interface Result {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  /** The version of Kubernetes; null when the scenario has no cluster. */
  readonly kubernetes: string | null
  readonly digest: string
  readonly trafficDigest: string
  /**
   * Why the run ended: `duration` when the scenario's duration was reached, `interrupted` when the caller stopped it.
   */
  readonly ended: 'finished' | 'duration' | 'interrupted'
  readonly simulatedNs: number
  /**
   * The number of packet deliveries, timers that expired, and pieces of work that ended. Events that only found a timer
   * stopped or set again are not counted.
   */
  readonly events: number
  /** The number of packets that link directions delivered. A packet counts once for each direction that it crosses. */
  readonly packets: number
  readonly workloads: readonly WorkloadResult[]
  /** Each workload on each instance of its path; present only on request. */
  readonly instances?: readonly WorkloadResult[]
  readonly tunnels: readonly TunnelResult[]
  /** The nodes that send heartbeats, by name. */
  readonly nodes: readonly NodeResult[]
  /** The pods that mount a token, by name. */
  readonly pods: readonly PodResult[]
  /** The requests that programs of the cluster made on their own, by program name. */
  readonly background: readonly BackgroundResult[]
  readonly links: readonly LinkResult[]
  /** Every port on which a server listens. */
  readonly listeners: readonly ListenerResult[]
  /** Verdicts by attacker, path, technique and victim; empty without attackers. */
  readonly verdicts: readonly VerdictResult[]
  /** The secrets that attackers could learn; absent without attackers. */
  readonly secrets?: readonly SecretResult[]
  /**
   * The paths, by name, that attackers act on and on which no request reached its server, neither in this run nor
   * without the attackers; absent if there are none.
   */
  readonly undeliveredPaths?: readonly string[]
  /** The facts that attackers learned, in the order of learning. */
  readonly knowledge: readonly KnowledgeResult[]
  readonly expectations: readonly ExpectationResult[]
}

/** Requests of a workload that failed for one reason. */
export interface FailureResult {
  readonly reason: FailureReason
  /** The message of an API server that could not forward the requests. */
  readonly message?: string
  readonly count: number
}

/** The result of a workload. */
export interface WorkloadResult {
  readonly name: string
  readonly path: string
  /** The kind of the path. `onpath list paths` explains each kind. */
  readonly kind: string
  /** The letter of the path kind in the attack matrix, such as `E`; empty for kinds without one. */
  readonly letter: string
  /** True for a workload that has no end of its own. The run does not wait for it. */
  readonly isBackground: boolean
  /** The number of paths on which it runs: more than one when the ends of its path are patterns. */
  readonly instances: number
  /**
   * The links that the path crosses, for human readers: profiles or names in order, such as `ssh tunnel over
   * public-network`.
   */
  readonly medium: string
  /**
   * The protection of the path, for human readers: `http`, `tls 1.3, unverified, client certificate`, `... in ssh
   * tunnel`.
   */
  readonly protection: string
  readonly completed: number
  readonly failed: number
  readonly unfinished: number
  /** The reasons of failed requests, by name. */
  readonly failures: readonly FailureResult[]
  readonly digest: string
  readonly latencyMs: LatencySummary
  /** The median time from dialling to the first byte of a request; null if no connection was opened. */
  readonly setupMs: number | null
  readonly tunnelSetupMs: number | null
  readonly throughputMbps: number | null
  readonly aggregateMbps: number | null
  /** IP bytes over all links, without the loopback hops at the ends of a tunnel. */
  readonly wireBytes: number
  readonly packets: number
  /** Body bytes of completed requests in both directions. */
  readonly deliveredBytes: number
  /** The models that the figures depend on and that were never compared with a real system, by name. */
  readonly unchecked: readonly string[]
  readonly breakdownNs: BreakdownNs
}

/** Nearest-rank order statistics of completed requests; null where there are too few (p95 needs 20, p99 needs 100). */
export interface LatencySummary {
  readonly min: number | null
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly mean: number | null
}

/** The time of completed requests, divided by cause. Each nanosecond counts in exactly one part. */
export interface BreakdownNs {
  /**
   * Packets that an attacker or another rule of a link holds back, and the retransmission of packets that it dropped.
   */
  readonly attacker: number
  readonly retransmission: number
  readonly cpu: number
  readonly handshake: number
  readonly queueing: number
  readonly window: number
  readonly serialization: number
  readonly propagation: number
}

/** The parts of the time of requests, with a description each, in the order in which bars show them. */
export const BREAKDOWN_PARTS: Readonly<Record<keyof BreakdownNs, string>> = {
  propagation: 'signals travel along links, and ends wait for a timer',
  serialization: 'packets are put on a link, bit after bit',
  queueing: 'packets wait in the queue of a link',
  window: 'data waits for a congestion or receive window',
  handshake: 'TCP, TLS, SSH or a channel is being set up',
  retransmission: 'a lost packet is being replaced',
  cpu: 'cores work, or work waits for a core',
  attacker: 'an attacker holds packets back, or what it dropped is being replaced',
}

/** The result of an SSH tunnel. */
export interface TunnelResult {
  readonly name: string
  readonly from: string
  readonly via: string
  /** The time that its first setup took; null if it never came up. */
  readonly setupMs: number | null
  /** The number of dials, and of dials that succeeded. */
  readonly dials: number
  readonly setups: number
  /** The number of connections that were opened through the tunnel. */
  readonly channels: number
  /** Payload of its channels in both directions, including health checks. */
  readonly carriedBytes: number
  readonly healthChecks: { readonly passed: number; readonly failed: number }
  readonly wireBytes: number
  readonly packets: number
}

/** A node as the control plane sees it through its heartbeats. Nodes are Ready when the run begins. */
export interface NodeResult {
  readonly name: string
  /** Its zone; null for nodes without a zone, which form one zone. */
  readonly zone: string | null
  /** True if the node is Ready at the end. */
  readonly ready: boolean
  /**
   * The time at which a node that joins by TLS bootstrapping received its first certificate; null if it has none yet,
   * or began with one.
   */
  readonly joinedNs: number | null
  /** The number of certificates that it received during the run. */
  readonly certificates: number
  /** The number of heartbeats that the apiserver accepted. */
  readonly heartbeats: number
  readonly lastHeartbeatNs: number | null
  /**
   * The time at which it first got the NoExecute taint that its pods tolerate for a limited time; null if it did not,
   * and before 1.13.
   */
  readonly taintedNs: number | null
  /** The time at which its pods were first evicted; null if they were not. */
  readonly evictedNs: number | null
  /** The pods with traffic that were evicted then, by name. Pods of a DaemonSet are not evicted. */
  readonly evictedPods: readonly string[]
  /** Each change of the Ready condition, in order. */
  readonly transitions: readonly { readonly atNs: number; readonly ready: boolean }[]
}

/** A pod that mounts volumes. */
export interface PodResult {
  readonly name: string
  /** The time at which all its volumes were mounted; null if some are not. */
  readonly startedNs: number | null
  /** The number of tokens that were created for it. */
  readonly tokens: number
}

/**
 * The requests of one program of the cluster that belong to no workload. The program has a name such as
 * `kubelet/node-1`.
 */
export interface BackgroundResult {
  readonly name: string
  readonly requests: number
  /** IP bytes. Of connections that it shares with workloads, its share by payload. */
  readonly wireBytes: number
}

/**
 * One direction of a link, of a host's loopback, or of a host's port on a segment. Names are `link/wan/forward`,
 * `loopback/master`, `segment/lan/node-1/in` (from the host into the segment) and `.../out`.
 */
export interface LinkResult {
  readonly name: string
  readonly packets: number
  readonly bytes: number
  readonly lost: number
  readonly droppedAtQueue: number
  readonly droppedWhileDown: number
  /** The number of packets that were delivered to the host and then dropped by its firewall. */
  readonly droppedByFirewall: number
  readonly digest: string
}

/** A port on which a server listens. */
export interface ListenerResult {
  readonly host: string
  /** The address; `0.0.0.0` for all addresses of the host. */
  readonly address: string
  readonly port: number
  /**
   * The server, for human readers: `https apiserver`, `http kubelet, read-only`, `ssh`; `http` if it is not part of
   * Kubernetes.
   */
  readonly serves: string
}

/** Whether an expectation was met. */
export interface Judgement {
  readonly met: boolean
  /** The measured value, or why there is none, for human readers. */
  readonly measured: string
}

/** A judged expectation. */
export interface ExpectationResult extends Judgement {
  /** The line of `expect:`. */
  readonly expect: string
}

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
   * The deliveries of packets, timers that were due and work that was finished. Events that only found a timer set anew or
   * stopped are not counted.
   */
  readonly events: number
  /** The number of packets that link directions delivered. A packet counts once on each direction. */
  readonly packets: number
  readonly workloads: readonly WorkloadResult[]
  /** Each workload on each instance of its path; only on request. */
  readonly instances?: readonly WorkloadResult[]
  readonly tunnels: readonly TunnelResult[]
  /** The nodes that send heartbeats, by name. */
  readonly nodes: readonly NodeResult[]
  /** The pods that mount a token, by name. */
  readonly pods: readonly PodResult[]
  /** The requests that programs of the cluster made on their own, by name of the program. */
  readonly background: readonly BackgroundResult[]
  readonly links: readonly LinkResult[]
  /** Every port on which a server listens. */
  readonly listeners: readonly ListenerResult[]
  /** Verdicts by attacker, path, technique and victim; empty without attackers. */
  readonly verdicts: readonly VerdictResult[]
  /** The secrets that attackers could learn; absent without attackers. */
  readonly secrets?: readonly SecretResult[]
  /**
   * The paths, by name, on whose traffic attackers act and of which no request got through to its server, neither in this
   * run nor without the attackers; absent when there are none.
   */
  readonly undeliveredPaths?: readonly string[]
  /** Things that attackers learned, in the order in which they learned them. */
  readonly knowledge: readonly KnowledgeResult[]
  readonly expectations: readonly ExpectationResult[]
}

/** Requests of a workload that failed for one reason. */
export interface FailureResult {
  readonly reason: FailureReason
  /** The message of an API server that could not pass the requests on. */
  readonly message?: string
  readonly count: number
}

/** The result of a workload. */
export interface WorkloadResult {
  readonly name: string
  readonly path: string
  /** The kind of the path; `onpath list paths` explains each. */
  readonly kind: string
  /** The letter of the path kind in the attack matrix, such as `E`; empty for kinds without one. */
  readonly letter: string
  /** The workload has no end of its own, so the run does not wait for it. */
  readonly isBackground: boolean
  /** The number of paths on which it runs: more than one when the ends of its path are patterns. */
  readonly instances: number
  /**
   * The links that the path crosses, for a person: their profiles or names in order, such as `ssh tunnel over
   * public-network`.
   */
  readonly medium: string
  /**
   * The protection of the path, for a person: `http`, `tls 1.3, unverified, client certificate`, `... in ssh tunnel`.
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
  /** IP bytes over all links, without the loopback hops behind the ends of a tunnel. */
  readonly wireBytes: number
  readonly packets: number
  /** Body bytes of completed requests, in both directions. */
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

/** The time of completed requests, divided by cause. Each nanosecond belongs to exactly one part. */
export interface BreakdownNs {
  /** Packets that an attacker, or another rule of a link, holds back, and the replacement of those that it dropped. */
  readonly attacker: number
  readonly retransmission: number
  readonly cpu: number
  readonly handshake: number
  readonly queueing: number
  readonly window: number
  readonly serialization: number
  readonly propagation: number
}

/** The parts of the time of requests, each with what happens in it, in the order in which bars show them. */
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
  /** Dials, and dials that succeeded. */
  readonly dials: number
  readonly setups: number
  /** The number of connections that were to leave it at its far end. */
  readonly channels: number
  /** Payload of its channels in both directions, health checks included. */
  readonly carriedBytes: number
  readonly healthChecks: { readonly passed: number; readonly failed: number }
  readonly wireBytes: number
  readonly packets: number
}

/** A node as the control plane sees it by its heartbeats. Nodes are Ready when the run begins. */
export interface NodeResult {
  readonly name: string
  /** Its zone; null for the zone of all nodes without one. */
  readonly zone: string | null
  /** Whether the node is Ready at the end. */
  readonly ready: boolean
  /**
   * When a node that joins by TLS bootstrapping received its first certificate; null if it has none yet, or began with
   * one.
   */
  readonly joinedNs: number | null
  /** The number of certificates that it received during the run. */
  readonly certificates: number
  /** The number of heartbeats that the apiserver accepted. */
  readonly heartbeats: number
  readonly lastHeartbeatNs: number | null
  /** When it first got the taint that its pods tolerate for a time; null if it did not, and before 1.13. */
  readonly taintedNs: number | null
  /** When its pods were first evicted; null if they were not. */
  readonly evictedNs: number | null
  /** The pods with traffic that were evicted then, by name: all of the node but those of a DaemonSet. */
  readonly evictedPods: readonly string[]
  /** Each change of the Ready condition, in order. */
  readonly transitions: readonly { readonly atNs: number; readonly ready: boolean }[]
}

/** A pod whose volumes are mounted. */
export interface PodResult {
  readonly name: string
  /** When all its volumes were mounted; null if some are not. */
  readonly startedNs: number | null
  /** The number of tokens that were created for it. */
  readonly tokens: number
}

/** The requests of a program of the cluster that belong to no workload. Its name is, for example, `kubelet/node-1`. */
export interface BackgroundResult {
  readonly name: string
  readonly requests: number
  /** IP bytes; of connections that workloads use too, its share by payload. */
  readonly wireBytes: number
}

/**
 * One direction of a link, a host's loopback, or a host's port on a segment: `link/wan/forward`, `loopback/master`,
 * `segment/lan/node-1/in` (from the host into the segment) and `.../out`.
 */
export interface LinkResult {
  readonly name: string
  readonly packets: number
  readonly bytes: number
  readonly lost: number
  readonly droppedAtQueue: number
  readonly droppedWhileDown: number
  /** The number of packets that were delivered and then dropped by the firewall of the host. */
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
   * The server, for a person: `https apiserver`, `http kubelet, read-only`, `ssh`; `http` when it is no part of
   * Kubernetes.
   */
  readonly serves: string
}

/** Whether an expectation was met. */
export interface Judgement {
  readonly met: boolean
  /** The measured value, or why there is none, for a person. */
  readonly measured: string
}

/** A judged expectation. */
export interface ExpectationResult extends Judgement {
  /** The line of `expect:`. */
  readonly expect: string
}

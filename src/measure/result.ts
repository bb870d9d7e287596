import type { KnowledgeResult, VerdictResult } from './verdict.ts'

/**
 * What a run gives: a plain JSON value. Reports read this and never the simulation. Field order is the order in
 * the JSON document, which is byte-identical on every engine (docs/design.md#determinism-contract).
 */
export interface Result {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  /** Version of Kubernetes; null where the scenario has no cluster. */
  readonly kubernetes: string | null
  readonly digest: string
  readonly trafficDigest: string
  /** `duration` where the scenario's duration cut it, `interrupted` where somebody outside did. */
  readonly ended: 'finished' | 'duration' | 'interrupted'
  readonly simulatedNs: number
  readonly events: number
  /** Packets delivered by link directions; a packet counts once on each. */
  readonly packets: number
  readonly workloads: readonly WorkloadResult[]
  /** On request: each workload on each instance of its path. */
  readonly instances?: readonly WorkloadResult[]
  readonly tunnels: readonly TunnelResult[]
  /** Those that send heartbeats, by name. */
  readonly nodes: readonly NodeResult[]
  /** Those that mount a token, by name. */
  readonly pods: readonly PodResult[]
  /** What a cluster's programs asked the apiserver by themselves, by name. */
  readonly background: readonly BackgroundResult[]
  readonly links: readonly LinkResult[]
  /** Every port on which somebody answers. */
  readonly listeners: readonly ListenerResult[]
  /** By attacker, path, technique and victim; none without attackers. */
  readonly verdicts: readonly VerdictResult[]
  /** What attackers learned, in order. */
  readonly knowledge: readonly KnowledgeResult[]
  readonly expectations: readonly ExpectationResult[]
}

export interface WorkloadResult {
  readonly name: string
  readonly path: string
  /** Of the path; `onpath list paths` explains each. */
  readonly kind: string
  /** The letter by which the documentation of Kubernetes' paths knows it, `E`; empty for those that have none. */
  readonly letter: string
  /** It goes on for as long as the run does, which does not wait for it. */
  readonly isBackground: boolean
  /** How many paths it runs on: one, but where the path's ends are patterns. */
  readonly instances: number
  /** What the path crosses, for a person: the profile or name of its links in order, `ssh tunnel over public-network`. */
  readonly medium: string
  /** For a person: `http`, `tls 1.3, unverified, client certificate`, `... in ssh tunnel`. */
  readonly protection: string
  readonly completed: number
  readonly failed: number
  readonly unfinished: number
  /** Reasons of the failed ones, by name. */
  readonly failures: readonly { readonly reason: string; readonly count: number }[]
  readonly digest: string
  readonly latencyMs: LatencySummary
  /** Median from dial to ready for the first request byte; null where nothing was set up. */
  readonly setupMs: number | null
  readonly tunnelSetupMs: number | null
  readonly throughputMbps: number | null
  readonly aggregateMbps: number | null
  /** IP bytes over all links, not the loopback hops behind a tunnel's ends. */
  readonly wireBytes: number
  readonly packets: number
  /** Body bytes of completed requests, both ways. */
  readonly deliveredBytes: number
  /** Models that it rests on and that were never checked against the real thing, by name. */
  readonly unchecked: readonly string[]
  readonly breakdownNs: BreakdownNs
}

/** Nearest-rank order statistics of completed requests; null where there are too few (p95: 20, p99: 100). */
export interface LatencySummary {
  readonly min: number | null
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly mean: number | null
}

/** Every nanosecond of every completed request, in exactly one part. */
export interface BreakdownNs {
  readonly retransmission: number
  readonly cpu: number
  readonly handshake: number
  readonly queueing: number
  readonly window: number
  readonly serialization: number
  readonly propagation: number
}

export interface TunnelResult {
  readonly name: string
  readonly from: string
  readonly via: string
  /** Of the first time that it came up; null: it never did. */
  readonly setupMs: number | null
  /** How often it was dialled, and how often it came up. */
  readonly dials: number
  readonly setups: number
  /** Connections that were to leave it at its far end. */
  readonly channels: number
  /** Payload of its channels, both ways; health checks included. */
  readonly carriedBytes: number
  readonly healthChecks: { readonly passed: number; readonly failed: number }
  readonly wireBytes: number
  readonly packets: number
}

/** A node as the control plane knows it by its heartbeats. Nodes are Ready when the run begins. */
export interface NodeResult {
  readonly name: string
  /** At the end. */
  readonly ready: boolean
  /** When it had its first certificate, of a node that joins by TLS bootstrapping; null: it has none yet, or began with one. */
  readonly joinedNs: number | null
  /** Certificates that it was given in the run. */
  readonly certificates: number
  /** How many the apiserver took. */
  readonly heartbeats: number
  readonly lastHeartbeatNs: number | null
  /** When its pods were first evicted. */
  readonly evictedNs: number | null
  /** Each change, in order. */
  readonly transitions: readonly { readonly atNs: number; readonly ready: boolean }[]
}

/** A pod that takes part in traffic. */
export interface PodResult {
  readonly name: string
  /** When all that it mounts was there; null: it is not. */
  readonly startedNs: number | null
  /** Tokens that were made for it. */
  readonly tokens: number
}

/** A program of the cluster beside all workloads: `kubelet/node-1`. */
export interface BackgroundResult {
  readonly name: string
  readonly requests: number
  /** Of connections that workloads use too, its share by payload. */
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
  /** Delivered, and kept out by the firewall of the host at its end. */
  readonly droppedByFirewall: number
  readonly digest: string
}

export interface ListenerResult {
  readonly host: string
  /** `0.0.0.0`: all of the host's. */
  readonly address: string
  readonly port: number
  /** `https apiserver`, `http kubelet, read-only`, `ssh`; `http` where it is no part of Kubernetes. */
  readonly serves: string
}

/** How an expectation came out. */
export interface Judgement {
  readonly met: boolean
  /** What was measured instead of, or as, expected: for a person. */
  readonly measured: string
}

export interface ExpectationResult extends Judgement {
  /** The line of `expect:`. */
  readonly expect: string
}

import { USED_TECHNIQUES } from '../attack/techniques.ts'
import { VANTAGES } from '../attack/vantages.ts'
import { namesOf } from '../engine/registry.ts'
import type { Result, WorkloadResult } from '../measure/result.ts'
import {
  type CredentialResult,
  EVIDENCE_SOURCES,
  type EvidenceResult,
  type KnowledgeResult,
  type NoticeResult,
  OUTCOMES,
  type PrivilegeResult,
  type RequestResult,
  type SecretResult,
  type VerdictResult,
} from '../measure/verdict.ts'
import { z } from '../scenario/schema/zod.ts'
import { FAILURE_REASONS } from '../transport/streams/failure.ts'

/**
 * The schema of results that are read from files. The types in src/measure/ give the meaning of each field. The
 * compiler compares both, including optional fields. Unknown fields are allowed.
 */

/** Returns a function that makes the schema of an object with all fields of a type, including optional ones. */
function objectOf<Type>() {
  return <Shape extends Record<keyof Type, z.ZodType>>(
    shape: Shape & Readonly<Record<Exclude<keyof Shape, keyof Type>, never>>,
  ) => z.looseObject<Shape>(shape)
}

const text = z.string()
const flag = z.boolean()
const count = z.int().min(0)
const figure = z.number().min(0).nullable()
const timeNs = z.int().min(0).nullable()
const digest = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits')
const outcome = z.enum(OUTCOMES)

const latencyMs = z.looseObject({ min: figure, p50: figure, p95: figure, p99: figure, max: figure, mean: figure })

const breakdownNs = z.looseObject({
  attacker: count,
  retransmission: count,
  cpu: count,
  handshake: count,
  queueing: count,
  window: count,
  serialization: count,
  propagation: count,
})

const workload: z.ZodType<WorkloadResult> = objectOf<WorkloadResult>()({
  name: text,
  path: text,
  kind: text,
  letter: text,
  isBackground: flag,
  instances: count,
  medium: text,
  protection: text,
  completed: count,
  failed: count,
  unfinished: count,
  failures: z.array(z.looseObject({ reason: z.enum(FAILURE_REASONS), count })),
  digest,
  latencyMs,
  setupMs: figure,
  tunnelSetupMs: figure,
  throughputMbps: figure,
  aggregateMbps: figure,
  wireBytes: count,
  packets: count,
  deliveredBytes: count,
  unchecked: z.array(text),
  breakdownNs,
})

const tunnel = z.looseObject({
  name: text,
  from: text,
  via: text,
  setupMs: figure,
  dials: count,
  setups: count,
  channels: count,
  carriedBytes: count,
  healthChecks: z.looseObject({ passed: count, failed: count }),
  wireBytes: count,
  packets: count,
})

const node = z.looseObject({
  name: text,
  ready: flag,
  joinedNs: timeNs,
  certificates: count,
  heartbeats: count,
  lastHeartbeatNs: timeNs,
  zone: text.nullable(),
  taintedNs: timeNs,
  evictedNs: timeNs,
  evictedPods: z.array(text),
  transitions: z.array(z.looseObject({ atNs: count, ready: flag })),
})

const link = z.looseObject({
  name: text,
  packets: count,
  bytes: count,
  lost: count,
  droppedAtQueue: count,
  droppedWhileDown: count,
  droppedByFirewall: count,
  digest,
})

const request = objectOf<RequestResult>()({
  verb: text,
  resource: text,
  status: count.nullable(),
  by: text,
  server: text,
  port: count.nullable(),
  times: count,
  reason: z.exactOptional(text),
})

const shown = { atNs: count, shows: outcome, what: text }

const verdict: z.ZodType<VerdictResult> = objectOf<VerdictResult>()({
  attacker: text,
  vantage: z.enum(namesOf(VANTAGES)),
  technique: z.enum(namesOf(USED_TECHNIQUES)),
  path: text,
  victim: text,
  scope: z.enum(['own', 'other']),
  outcomes: z.array(outcome).min(1),
  worst: outcome,
  asIdentity: text.nullable(),
  exposure: z.looseObject({ messages: count, of: count, bytes: count }),
  secrets: z.array(text),
  noticed: z.enum(['none', 'fault', 'security']),
  noticedBy: z.array(objectOf<NoticeResult>()({ host: text, log: text, reason: text })),
  requests: z.array(request),
  firstEffectNs: timeNs,
  outageNs: count,
  recoveredNs: timeNs,
  privileges: z.array(
    objectOf<PrivilegeResult>()({
      as: text,
      verb: text,
      resource: text,
      on: text,
      untilNs: z.number().nullable(),
      held: z.exactOptional(z.literal(true)),
    }),
  ),
  credentials: z.array(
    objectOf<CredentialResult>()({ name: text, identity: text, acceptedBy: text, validUntilNs: z.number().nullable() }),
  ),
  evidence: z.array(
    z.union([
      objectOf<Extract<EvidenceResult, { link: string }>>()({ ...shown, link: text, packet: count }),
      objectOf<Extract<EvidenceResult, { link: null }>>()({
        ...shown,
        link: z.null(),
        packet: z.null(),
        source: z.exactOptional(z.enum(namesOf(EVIDENCE_SOURCES))),
      }),
    ]),
  ),
})

const knowledge: z.ZodType<KnowledgeResult> = objectOf<KnowledgeResult>()({
  attacker: text,
  atNs: count,
  link: text.nullable(),
  packet: count.nullable(),
  learned: text,
  toldBy: z.exactOptional(text),
})

function haveOwnNames(all: readonly { readonly name: string }[]): boolean {
  return new Set(all.map(({ name }) => name)).size === all.length
}

/** The schema of a result in JSON. */
export const resultSchema: z.ZodType<Result> = objectOf<Result>()({
  schemaVersion: z.literal(1),
  scenario: text,
  seed: z.int(),
  kubernetes: text.nullable(),
  digest,
  trafficDigest: digest,
  ended: z.enum(['finished', 'duration', 'interrupted']),
  simulatedNs: count,
  events: count,
  packets: count,
  workloads: z.array(workload).refine(haveOwnNames, 'two workloads have one name'),
  instances: z.exactOptional(z.array(workload)),
  tunnels: z.array(tunnel),
  nodes: z.array(node),
  pods: z.array(z.looseObject({ name: text, startedNs: timeNs, tokens: count })),
  background: z.array(z.looseObject({ name: text, requests: count, wireBytes: count })),
  links: z.array(link),
  listeners: z.array(z.looseObject({ host: text, address: text, port: count, serves: text })),
  verdicts: z.array(verdict),
  knowledge: z.array(knowledge),
  secrets: z.exactOptional(
    z.array(
      objectOf<SecretResult>()({
        name: text,
        carriedOn: z.array(text).nullable(),
        sent: count.nullable(),
        undelivered: z.exactOptional(z.literal(true)),
      }),
    ),
  ),
  undeliveredPaths: z.exactOptional(z.array(text)),
  expectations: z.array(z.looseObject({ expect: text, met: flag, measured: text })),
})

import type { z } from 'zod'
import { FORWARDED_KINDS } from '../../cluster/paths/path-kinds.ts'
import { choice, count, durationNs, end, listOf, pace, reference, section, sizeBytes } from './scalars.ts'

/** Percentiles are exact order statistics up to here (docs/design.md#measures). */
export const MAX_REQUESTS = 1_000_000
const EXACT = 'percentiles are exact up to there'

const WORKLOAD_KINDS = [
  'requests',
  'stream',
  'keystrokes',
  'heartbeat',
  'watch',
  'list',
  'logs',
  'exec',
  'port-forward',
  'proxy-get',
] as const

const OBJECT_RESOURCES = ['pods', 'nodes', 'leases', 'events', 'services', 'secrets', 'configmaps'] as const

export const workloadSchema = section({
  path: reference('The path that carries it; on one that stands for several, it runs on each.'),
  kind: choice(
    'requests: of the sizes given here; stream: one response that goes on at `rate`; keystrokes: an upgraded connection that echoes keys; heartbeat: what a kubelet sends to stay Ready; watch, list: of `resource`; logs, exec, port-forward, proxy-get: as kubectl does. Default: requests.',
    WORKLOAD_KINDS,
  ).optional(),
  connection: choice(
    'keep-alive: one connection per concurrent request, set up before the first; per-request: a new one each time. Default: keep-alive; per-request for exec and port-forward, which always dial.',
    ['keep-alive', 'per-request'],
  ).optional(),
  requests: count(
    'Closed loop: this many requests in all, each sent when the one before it is answered. Default: 1 for list, logs, exec, port-forward and proxy-get.',
    1,
    MAX_REQUESTS,
    EXACT,
  ).optional(),
  concurrency: count('Closed loop: clients that share the requests. Default: 1.', 1, 10_000).optional(),
  rate: pace(
    'Open loop: requests, keys or events of a watch come at this rate, answered or not, such as 50/s; of a stream or of logs that are followed, bytes: 200KB/s.',
  ).optional(),
  arrivals: choice('Open loop: evenly spaced, or as a Poisson process. Default: fixed.', [
    'fixed',
    'poisson',
  ]).optional(),
  for: durationNs(
    'Open loop: requests come for this long. Default: until the `duration` of the scenario; without one, heartbeat, watch and stream go on in the background, and the run does not wait for them.',
    { from: '1ns' },
  ).optional(),
  chunk: sizeBytes('Bytes that a stream sends at a time. Default: 4096B.', { from: '1B', to: '1GB' }).optional(),
  resource: choice('What a list or a watch is of. Default: pods.', OBJECT_RESOURCES).optional(),
  count: count('How many objects a list holds. Default: as many as the cluster has, else 1.', 0, 10_000_000).optional(),
  encoding: choice('How objects are written (list, watch, heartbeat). Default: protobuf; json for users.', [
    'protobuf',
    'json',
  ]).optional(),
  target: end(
    `On a path of kind ${FORWARDED_KINDS}, what logs, exec, port-forward and proxy-get reach behind the apiserver: pods/web, nodes/node-1, services/web. Default: pods/*.`,
  ).optional(),
  request: sizeBytes('Body of each request; headers are added as the protocol does. Default: 0B; a key is 1B.', {
    to: '100GB',
  }).optional(),
  response: sizeBytes(
    'Body of each response. Default: 1000B; 10KB of logs; an echo is 1B; of list, watch and heartbeat, what the objects take.',
    { to: '100GB' },
  ).optional(),
  head: choice(
    'Whether the head of a request that has a body is written together with it, as Go does, or apart and before it, which Nagle and delayed acknowledgements make slow; over HTTP/2 always apart. Default: together.',
    ['together', 'apart'],
  ).optional(),
  start: durationNs('Not before this. Default: 0s; a warm tunnel must be up as well.').optional(),
  carries: listOf(
    'Secrets by name that its payload holds; whoever reads it learns them. Default: none.',
    reference('A secret.'),
  )
    .max(100, 'at most 100 secrets')
    .optional(),
}).meta({
  description: 'What flows on a path: a closed loop (`requests`), an open one (`rate`), or as its kind has it.',
})

export type WorkloadSection = z.output<typeof workloadSchema>

import { FORWARDED_KINDS } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { WORKLOAD_KINDS } from '../../workload/workload-kind.ts'
import { choice, count, durationNs, end, flag, lazily, listOf, pace, reference, section, sizeBytes } from './scalars.ts'
import type { z } from './zod.ts'

/** The most requests of a workload. Percentiles are exact order statistics over all requests. */
export const MAX_REQUESTS = 1_000_000
const EXACT = 'percentiles are computed from all of them'

const OBJECT_RESOURCES = ['pods', 'nodes', 'leases', 'events', 'services', 'secrets', 'configmaps'] as const

/** Returns the keys about the kind and amount of traffic. */
const trafficKeys = () => ({
  path: reference('The path that carries the traffic. On a path with several instances, the workload runs on each.'),
  kind: choice(
    'The kind of traffic; `onpath list workloads` says more of each. requests: requests of fixed sizes; stream: one response that continues at `rate`; keystrokes: an upgraded connection that echoes keys; heartbeat: what a kubelet sends to stay Ready; watch and list: objects of `resource`; pod-changes: the changes of all pods, each sent on the watch of one kubelet; logs, exec, attach, cp, port-forward and proxy-get: what kubectl does. Default: requests.',
    namesOf(WORKLOAD_KINDS),
  ).optional(),
  connection: choice(
    'How requests use connections. keep-alive: one connection for each concurrent request, set up before the first request; per-request: a new connection for each request. Default: keep-alive; per-request for exec, attach, cp and port-forward.',
    ['keep-alive', 'per-request'],
  ).optional(),
  requests: count(
    'The number of requests of a closed loop, in which a client sends a request when it has the response to the one before. Default: none; 1 for list, logs, exec, attach, cp, port-forward and proxy-get without a rate.',
    1,
    MAX_REQUESTS,
    EXACT,
  ).optional(),
  concurrency: count(
    'The number of clients that share the requests of a closed loop. Default: 1.',
    1,
    10_000,
  ).optional(),
  rate: pace(
    'The rate of an open loop, in which requests, keys or watch events are sent without waiting for responses, such as 50/s; for pod-changes that of all instances of the path together; for a stream and for followed logs in bytes, such as 200KB/s. Default: none; 5/s for keystrokes, 1/s for watch, for heartbeat what the kubelet configuration gives.',
  ).optional(),
  arrivals: choice(
    'The arrivals of an open loop. fixed: at equal intervals; poisson: as a Poisson process. The pod-changes come to the nodes in turn (fixed) or to random ones (poisson). Default: fixed.',
    ['fixed', 'poisson'],
  ).optional(),
  for: durationNs(
    'How long an open loop sends. Default: until the `duration` of the scenario. Without a duration, heartbeat, watch, pod-changes and stream continue in the background, and the run does not wait for them.',
    { from: '1ns' },
  ).optional(),
  chunk: sizeBytes('The size of one write of a stream or of followed logs. Default: 4096B.', {
    from: '1B',
    to: '1GB',
  }).optional(),
})

/** Returns the keys about the objects of the traffic. */
const objectKeys = () => ({
  resource: choice('The resource of a list or watch. Default: pods.', OBJECT_RESOURCES).optional(),
  count: count(
    'The number of objects in a list. Default: as many as the cluster has; 1 without a cluster.',
    0,
    10_000_000,
  ).optional(),
  encoding: choice(
    'The encoding of objects (list, watch, pod-changes, heartbeat). Default: protobuf; json for users.',
    ['protobuf', 'json'],
  ).optional(),
  target: end(
    `The target behind the apiserver, such as pods/web, nodes/node-1 or services/web. Only on a path of kind ${FORWARDED_KINDS}, for logs, exec, attach, cp, port-forward and proxy-get. Default: pods/*.`,
  ).optional(),
})

/** Returns the keys about single requests. */
const requestKeys = () => ({
  request: sizeBytes(
    'The size of the body of each request, without headers; of exec and attach, their input (kubectl has -i then; with 0B the input is at its end at once); of cp, the file that it copies to the pod; of port-forward, what the forwarded connection sends first. Default: 0B, and for exec and attach no input; 1B for keystrokes and for exec and attach with a rate; 100B for port-forward.',
    {
      to: '100GB',
    },
  ).optional(),
  response: sizeBytes(
    'The size of the body of each response, without headers; of exec and attach, their output; of cp, the file that it copies from the pod. Default: 1000B; 10KB for logs; 1B for keystrokes and for exec and attach with a rate; 0B for cp with a request; the size of the objects for list, watch, pod-changes and heartbeat.',
    { to: '100GB' },
  ).optional(),
  'insecure-skip-tls-verify-backend': flag(
    'Whether kubectl asks the apiserver not to verify the kubelet (logs through the apiserver, from Kubernetes 1.17). Default: false.',
  ).optional(),
  discovery: choice(
    'Where kubectl has the resources of the apiserver from. cached: from its cache, which it keeps for six hours; fetched: from the apiserver, before each request (path of kind user-apiserver, from Kubernetes 1.27). Default: cached.',
    ['cached', 'fetched'],
  ).optional(),
  head: choice(
    'How a client writes a request with a body. together: head and body in one write, as Go does; apart: the head first, which is slow with Nagle and delayed acknowledgements. HTTP/2 always writes them apart. Default: together.',
    ['together', 'apart'],
  ).optional(),
  start: durationNs(
    'The simulated time before which the workload does not start. It also waits for warm tunnels. Default: 0s.',
  ).optional(),
  carries: listOf(
    'The names of secrets in the payload; an attacker who reads the payload learns them. Default: none.',
    reference('The name of a secret.'),
  )
    .max(100, 'at most 100 secrets')
    .optional(),
})

export const workloadSchema = lazily(() =>
  section({ ...trafficKeys(), ...objectKeys(), ...requestKeys() }).meta({
    description:
      'The traffic on a path: a closed loop with `requests`, an open loop with `rate`, or what the kind of workload gives.',
  }),
)

export type WorkloadSection = z.output<typeof workloadSchema>

import type { z } from 'zod'
import { choice, count, durationNs, later, reference, requestRate, section, sizeBytes } from './scalars.ts'

/** Percentiles are exact order statistics up to here (DESIGN section 5). */
export const MOST_REQUESTS = 1_000_000
const EXACT = 'percentiles are exact up to there'

export const workloadSchema = section({
  path: reference('The path that carries it.'),
  connection: choice(
    'keep-alive: one connection per concurrent request, set up before the first; per-request: a new one each time. Default: keep-alive.',
    ['keep-alive', 'per-request'],
  ).optional(),
  requests: count(
    'Closed loop: this many requests in all, each sent when the one before it is answered.',
    1,
    MOST_REQUESTS,
    EXACT,
  ).optional(),
  concurrency: count('Closed loop: clients that share the requests. Default: 1.', 1, 10_000).optional(),
  rate: requestRate('Open loop: requests come at this rate, answered or not, such as 50/s.').optional(),
  arrivals: choice('Open loop: evenly spaced, or as a Poisson process. Default: fixed.', [
    'fixed',
    'poisson',
  ]).optional(),
  for: durationNs('Open loop: requests come for this long. Default: until the `duration` of the scenario.', {
    from: '1ns',
  }).optional(),
  request: sizeBytes('Body of each request; headers are added as HTTP/1.1 does. Default: 0B.', {
    to: '100GB',
  }).optional(),
  response: sizeBytes('Body of each response. Default: 1000B.', { to: '100GB' }).optional(),
  start: durationNs('Not before this. Default: 0s; a warm tunnel must be up as well.').optional(),
  kind: later('streams and keystrokes.'),
  carries: later('secrets by name.'),
}).meta({ description: 'Requests on a path: a closed loop (`requests`) or an open one (`rate`).' })

export type WorkloadSection = z.output<typeof workloadSchema>

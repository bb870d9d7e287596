import { judgeEach, type Law } from './law.ts'
import type { RunAccounts, WorkloadAccount } from './run-accounts.ts'

/** The round trips before the first byte of a request on a new connection: of TCP, and of TLS 1.3 without early data. */
const TCP_ROUND_TRIPS = 1
const TLS_ROUND_TRIPS = 1

export const causality: Law<RunAccounts> = {
  name: 'causality',
  sentence:
    'No response comes before signals have travelled to the server and back, and no request on a new connection begins before the round trips of TCP and TLS.',
  exceptions: [
    'An attacker, or a proxy of the cluster, is nearer than the server and may answer: the delay counts as 0.',
    'Jitter may shorten the delay of a link, and events may change it: the least that it can be counts.',
  ],
  judge: ({ workloads }) =>
    judgeEach(
      workloads.filter(({ leastRoundTripNs }) => leastRoundTripNs > 0),
      breachOf,
    ),
}

function breachOf(workload: WorkloadAccount): string | null {
  const { name, leastRoundTripNs, shortestLatencyNs, shortestSetupNs, usesTls } = workload
  const setupNs = leastRoundTripNs * (TCP_ROUND_TRIPS + (usesTls ? TLS_ROUND_TRIPS : 0))
  if (shortestLatencyNs !== null && shortestLatencyNs < leastRoundTripNs)
    return `${name} had a response after ${shortestLatencyNs} ns, and a round trip takes ${leastRoundTripNs} ns`
  if (shortestSetupNs !== null && shortestSetupNs < setupNs)
    return `${name} began a request ${shortestSetupNs} ns after it dialled, and the handshakes take ${setupNs} ns`
  return null
}

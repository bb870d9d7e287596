import { busyTime } from './busy-time.ts'
import { carriedBytes } from './carried-bytes.ts'
import { carriedContent } from './carried-content.ts'
import { causality } from './causality.ts'
import type { Law } from './law.ts'
import { leastTransit } from './least-transit.ts'
import { linkCapacity } from './link-capacity.ts'
import { linkRate } from './link-rate.ts'
import { packetConservation } from './packet-conservation.ts'
import type { PacketLog } from './packet-log.ts'
import { queueLength } from './queue-length.ts'
import { requestConservation } from './request-conservation.ts'
import type { RunAccounts } from './run-accounts.ts'
import { seenAndCounted } from './seen-and-counted.ts'
import { timeDivision } from './time-division.ts'

/** The laws about exact counters. They judge every run at its end. */
export const COUNTING_LAWS: readonly Law<RunAccounts>[] = [
  packetConservation,
  requestConservation,
  timeDivision,
  busyTime,
  linkCapacity,
]

/**
 * The laws by which tests judge the counters of a run. The additional ones use figures that are estimated where
 * workloads share a connection.
 */
export const LAWS: readonly Law<RunAccounts>[] = [...COUNTING_LAWS, carriedBytes, causality]

/** The laws by which tests judge all packets of a run. */
export const PACKET_LAWS: readonly Law<PacketLog>[] = [
  linkRate,
  leastTransit,
  seenAndCounted,
  queueLength,
  carriedContent,
]

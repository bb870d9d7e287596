import type { Plan } from '../../simulation/plan.ts'
import type { Series } from '../../simulation/sampling/series.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'

/** An act of an attacker: the first packet that a step caused or observed for an event. */
export interface TracedAct {
  readonly attacker: string
  readonly technique: string
  readonly atNs: number
  readonly text: string
}

/** The parts of a run that a trace shows. */
export interface Traced {
  readonly scenario: string
  readonly plan: Plan
  /** The packets on link directions, in the order in which they were sent. */
  readonly packets: readonly RecordedPacket[]
  /** The number of packets beyond the format's limit. */
  readonly packetsLeftOut: number
  /** Evidence from the verdicts on attackers, in the order of time. */
  readonly acts: readonly TracedAct[]
  /** Samples of connections; empty where the format asks for none. */
  readonly series: readonly Series[]
}

/** A format of `onpath trace`. */
export interface TraceFormat {
  /** A description for the help. */
  readonly meaning: string
  /** The time between two samples of windows; null if the format shows none. */
  readonly sampleEveryNs: number | null
  /** The most packets that the format shows. */
  readonly mostPackets: number
  write(traced: Traced): string
}

import type { CaptureCounts } from '../../packets/pcap/capture.ts'
import type { CaptureSubject } from '../../packets/pcap/capture-subject.ts'
import type { ReportDetails } from '../../report/view/report-details.ts'
import type { Run } from '../../simulation/run.ts'
import type { RunHistory } from '../../simulation/run-history.ts'

/** A capture to write while a scenario is simulated. */
export interface CaptureTask {
  /** The path of the file, which exists only while it is written. */
  readonly path: string
  readonly subject: CaptureSubject
  /** True for a capture of the plaintext that the subject can decrypt, instead of its packets. */
  readonly isPlaintext: boolean
  readonly mostBytes: number
}

/** A written capture: its contents, or the reason why it could not be written. */
export type Captured = CaptureCounts & { readonly failure: string | null }

/** A run, and its additional recordings. */
export type SimulatedRun = Run & {
  /** The packets and bytes of captures, in the order of their tasks. */
  readonly captured?: readonly Captured[]
  /** The course of the run over time; absent unless a report is to be written, as the details are. */
  readonly history?: RunHistory
  readonly details?: ReportDetails
}

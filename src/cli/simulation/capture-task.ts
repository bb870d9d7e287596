import type { CaptureCounts } from '../../packets/pcap/capture.ts'
import type { CaptureSubject } from '../../packets/pcap/capture-subject.ts'
import type { Run } from '../../simulation/run.ts'

/** A capture to write while a scenario is simulated. */
export interface CaptureTask {
  /** The path of the file, which exists only while it is written. */
  readonly path: string
  readonly subject: CaptureSubject
  /** True for a capture of the plaintext that the subject can decrypt, instead of its packets. */
  readonly isPlaintext: boolean
  readonly mostBytes: number
}

/** A run, and what its captures have written, in the order of their tasks. */
export type SimulatedRun = Run & { readonly captured?: readonly CaptureCounts[] }

import type { Blueprint } from '../simulation/blueprint.ts'
import { expandBlueprint } from '../simulation/expand.ts'
import { checkArgument, checkShape, LIMIT, TEXT, TRUE_OR_FALSE } from '../simulation/given/check-given.ts'
import { CHECKED, LIMITS_SHAPE } from '../simulation/given/shapes.ts'
import { runForObservers } from '../simulation/run.ts'
import type { RunLimits } from '../simulation/run-limits.ts'
import { Capture } from './pcap/capture.ts'
import { captureSubject, EVERYTHING, UnknownCaptureSubject } from './pcap/capture-subject.ts'

/** Options of `capturePackets`. */
export interface CapturePacketsOptions extends Pick<RunLimits, 'maxEvents' | 'maxMemoryBytes'> {
  /**
   * The name of a link, segment, host or attacker to capture. `link/NAME`, `host/NAME` and `attacker/NAME` distinguish
   * equal names. Default: everything.
   */
  readonly of?: string
  /**
   * True to write the data that the host or attacker in `of` can decrypt, as packets without encryption. Default:
   * false.
   */
  readonly isPlaintext?: boolean
  /** The largest size of the file in bytes; later packets are left out. Default: no limit. */
  readonly mostBytes?: number
}

/**
 * Runs a scenario and returns its packets as a capture file for Wireshark (pcapng): all packets, or those seen at a
 * link, at a host or by an attacker. The file is the same on every machine.
 *
 * @throws InvalidOptions for arguments of another kind, and options that do not exist.
 * @throws UnknownCaptureSubject for a name that the scenario does not have.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const file = capturePackets(loaded.scenario, { of: 'mallory' })
 * link.href = URL.createObjectURL(new Blob([file]))
 */
export function capturePackets(
  scenario: { readonly blueprint: Blueprint },
  given: CapturePacketsOptions = {},
): Uint8Array {
  checkArgument('scenario of capturePackets', scenario, CHECKED)
  checkShape('option of capturePackets', given, {
    of: TEXT,
    isPlaintext: TRUE_OR_FALSE,
    mostBytes: LIMIT,
    ...LIMITS_SHAPE,
  })
  const { of, isPlaintext = false, mostBytes = Number.POSITIVE_INFINITY, ...options } = given
  const subject = of === undefined ? EVERYTHING : captureSubject(expandBlueprint(scenario.blueprint), of)
  if (isPlaintext && subject.kind !== 'host' && subject.kind !== 'attacker')
    throw new UnknownCaptureSubject('a capture of plaintext needs the host or attacker whose keys decrypt')
  const chunks: Uint8Array[] = []
  const captures: Capture[] = []
  runForObservers(scenario, {
    ...options,
    observe: (simulation) => {
      const write = (chunk: Uint8Array) => void chunks.push(chunk)
      captures.push(new Capture(simulation, { subject, isPlaintext, mostBytes, write }))
    },
  })
  for (const capture of captures) capture.finish()
  return joined(chunks)
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    file.set(chunk, at)
    at += chunk.length
  }
  return file
}

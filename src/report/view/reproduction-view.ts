import type { Result } from '../../measure/result.ts'

/** The commands, seed and digests by which the same run comes out again. */
export interface ReproductionView {
  readonly version: string
  readonly seed: number
  readonly digest: string
  readonly trafficDigest: string
  readonly simulatedNs: number
  readonly events: number
  readonly packets: number
  /** Commands, each with what it does. */
  readonly commands: readonly { readonly line: string; readonly does: string }[]
  /** The whole scenario as YAML. */
  readonly scenarioText: string
}

/** Returns how to get a run again. */
export function viewReproduction(
  { seed, digest, trafficDigest, simulatedNs, events, packets }: Result,
  given: Pick<ReproductionView, 'version' | 'commands' | 'scenarioText'>,
): ReproductionView {
  return { ...given, seed, digest, trafficDigest, simulatedNs, events, packets }
}

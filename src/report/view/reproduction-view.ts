import type { Result } from '../../measure/result.ts'

/** The commands, seed and digests for reproducing the run. */
export interface ReproductionView {
  readonly version: string
  readonly seed: number
  readonly digest: string
  readonly trafficDigest: string
  readonly simulatedNs: number
  readonly events: number
  readonly packets: number
  /** Commands, each with its effect. */
  readonly commands: readonly { readonly line: string; readonly does: string }[]
  /** The whole scenario as YAML. */
  readonly scenarioText: string
}

/** Returns the view of how to reproduce a run. */
export function viewReproduction(
  { seed, digest, trafficDigest, simulatedNs, events, packets }: Result,
  given: Pick<ReproductionView, 'version' | 'commands' | 'scenarioText'>,
): ReproductionView {
  return { ...given, seed, digest, trafficDigest, simulatedNs, events, packets }
}

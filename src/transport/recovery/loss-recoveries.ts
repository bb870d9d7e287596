import { namesOf } from '../../engine/registry.ts'
import type { LossRecovery, LossRecoveryDescriptor, RecoveryParts } from './loss-recovery.ts'
import { NS3 } from './ns3-recovery.ts'
import { RACK } from './rack-recovery.ts'
import { SACK } from './sack-recovery.ts'

/** All loss recoveries, by their names in profiles and scenarios. To add one, write its file and name it here. */
export const LOSS_RECOVERIES = {
  rack: RACK,
  sack: SACK,
  ns3: NS3,
} satisfies Readonly<Record<string, LossRecoveryDescriptor>>

export type LossRecoveryName = keyof typeof LOSS_RECOVERIES

/** Creates all loss recoveries, in the order of their indices. */
export function createLossRecoveries(parts: RecoveryParts): LossRecovery[] {
  return Object.values(LOSS_RECOVERIES).map(({ create }) => create(parts))
}

export function lossRecoveryIndex(name: LossRecoveryName): number {
  return namesOf(LOSS_RECOVERIES).indexOf(name)
}

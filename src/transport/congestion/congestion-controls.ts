import { BBR } from './bbr.ts'
import type { CongestionControl } from './congestion-control.ts'
import { CUBIC } from './cubic.ts'
import { NEWRENO } from './newreno.ts'
import { RENO } from './reno.ts'

/** All there are; a connection keeps its own as an index. To add one, write its file and name it here. */
export const CONGESTION_CONTROLS: readonly CongestionControl[] = [CUBIC, RENO, NEWRENO, BBR]

export type CongestionControlName = 'cubic' | 'reno' | 'newreno' | 'bbr'

export function congestionControlIndex(name: CongestionControlName): number {
  return CONGESTION_CONTROLS.findIndex((control) => control.name === name)
}

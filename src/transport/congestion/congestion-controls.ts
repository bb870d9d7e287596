import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { BBR } from './bbr.ts'
import type { CongestionControl, CongestionControlDescriptor, CongestionVariant } from './congestion-control.ts'
import { CUBIC } from './cubic.ts'
import { NEWRENO } from './newreno.ts'
import { RENO } from './reno.ts'

/** All congestion controls, by the name that scenarios use. To add one, write its file and name it here. */
export const CONGESTION_CONTROLS = {
  cubic: CUBIC,
  reno: RENO,
  newreno: NEWRENO,
  bbr: BBR,
} satisfies Record<string, CongestionControlDescriptor>

export type CongestionControlName = keyof typeof CONGESTION_CONTROLS

const DESCRIPTORS: Readonly<Record<CongestionControlName, CongestionControlDescriptor>> = CONGESTION_CONTROLS

/** Every implementation of every congestion control; the column `congestionControl` is an index into this list. */
const IMPLEMENTATIONS: readonly CongestionControl[] = Object.values(DESCRIPTORS).flatMap(
  ({ standard, variants = {} }) => [standard, ...Object.values(variants)],
)

/** The index of what a connection uses whose host chose `name` and has a profile with this variant. */
export function congestionControlIndex(name: CongestionControlName, variant?: CongestionVariant): number {
  const { standard, variants = {} } = DESCRIPTORS[name]
  return IMPLEMENTATIONS.indexOf((variant === undefined ? undefined : variants[variant]) ?? standard)
}

export function congestionControlOf(connections: ConnectionTable, connection: Connection): CongestionControl {
  return IMPLEMENTATIONS[connections.congestionControl[connection]]
}

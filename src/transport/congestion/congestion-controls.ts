import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { BBR } from './bbr.ts'
import type { CongestionControl, CongestionControlDescriptor, CongestionVariant } from './congestion-control.ts'
import { CUBIC } from './cubic.ts'
import { NEWRENO } from './newreno.ts'
import { RENO } from './reno.ts'

/** All congestion controls, by their names in scenarios. To add one, write its file and name it here. */
export const CONGESTION_CONTROLS = {
  cubic: CUBIC,
  reno: RENO,
  newreno: NEWRENO,
  bbr: BBR,
} satisfies Record<string, CongestionControlDescriptor>

export type CongestionControlName = keyof typeof CONGESTION_CONTROLS

const DESCRIPTORS: Readonly<Record<CongestionControlName, CongestionControlDescriptor>> = CONGESTION_CONTROLS

/** All implementations of all congestion controls. The column `congestionControl` is an index into this list. */
const IMPLEMENTATIONS: readonly CongestionControl[] = Object.values(DESCRIPTORS).flatMap(
  ({ standard, variants = {} }) => [standard, ...Object.values(variants)],
)

/** Returns the index of the implementation for a host's congestion control and its profile's variant. */
export function congestionControlIndex(name: CongestionControlName, variant?: CongestionVariant): number {
  const { standard, variants = {} } = DESCRIPTORS[name]
  return IMPLEMENTATIONS.indexOf((variant === undefined ? undefined : variants[variant]) ?? standard)
}

export function congestionControlOf(connections: ConnectionTable, connection: Connection): CongestionControl {
  return IMPLEMENTATIONS[connections.congestionControl[connection]]
}

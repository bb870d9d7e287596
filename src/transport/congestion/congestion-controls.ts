import { assert } from '../../engine/assert.ts'
import type { CongestionControl } from '../connections/congestion-control.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { Connection } from '../rows.ts'
import { BBR } from './bbr.ts'
import type { CongestionControlDescriptor, CongestionVariant } from './congestion-control.ts'
import { CUBIC } from './cubic.ts'
import { NEWRENO } from './newreno.ts'
import { RENO } from './reno.ts'

/** All congestion controls, by their names in scenarios. To add one, write its file and name it here. */
export const CONGESTION_CONTROLS = {
  cubic: CUBIC,
  reno: RENO,
  newreno: NEWRENO,
  bbr: BBR,
} satisfies Readonly<Record<string, CongestionControlDescriptor>>

export type CongestionControlName = keyof typeof CONGESTION_CONTROLS

/** Congestion controls by name. */
export type CongestionControlsByName = Readonly<Record<string, CongestionControlDescriptor>>

/** All implementations of all congestion controls: those of the registry, and those that a user of the library adds. */
export class CongestionControls {
  private readonly byName: ReadonlyMap<string, CongestionControlDescriptor>
  /** The column `congestionControl` is an index into this list. */
  readonly all: readonly CongestionControl[]

  constructor(own: CongestionControlsByName = {}) {
    this.byName = new Map(Object.entries({ ...own, ...CONGESTION_CONTROLS }))
    this.all = [...this.byName.values()].flatMap(({ standard, variants = {} }) => [
      standard,
      ...Object.values(variants),
    ])
  }

  /** Returns the index of the implementation for a host's congestion control and its profile's variant. */
  indexOf(name: string, variant?: CongestionVariant): number {
    const descriptor = this.byName.get(name)
    assert(descriptor !== undefined, 'the congestion control of a host is known')
    const { standard, variants = {} } = descriptor
    return this.all.indexOf((variant === undefined ? undefined : variants[variant]) ?? standard)
  }
}

export function congestionControlOf(connections: ConnectionTable, connection: Connection): CongestionControl {
  return connections.congestionControls[connections.congestionControl[connection]]
}

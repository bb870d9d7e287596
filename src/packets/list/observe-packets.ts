import type { Plan } from '../../simulation/plan.ts'
import type { RunOptions } from '../../simulation/run.ts'
import { PacketTap } from '../record/packet-tap.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import { PacketFilter, type PacketFilterOptions } from './packet-filter.ts'
import { PacketListing } from './packet-listing.ts'

/**
 * Calls `emit` for each packet that passes the filter, in the order of sending. `simulate` runs a scenario with the
 * given observer. Returns the plan of the simulation, and the value of `simulate`.
 */
export function observePackets<Value>(
  wanted: PacketFilterOptions,
  simulate: (observe: NonNullable<RunOptions['observe']>) => Value,
  emit: (packet: RecordedPacket, plan: Plan) => void,
): { readonly plan: Plan; readonly ended: Value } {
  const observed: { plan: Plan; finish: () => void }[] = []
  const ended = simulate((simulation) => {
    const { plan } = simulation
    const filter = new PacketFilter(wanted, plan)
    const listing = new PacketListing(
      (packet) => filter.passes(packet),
      (packet) => emit(packet, plan),
    )
    const tap = new PacketTap(simulation, [listing])
    const finish = () => {
      tap.finish()
      listing.finish()
    }
    observed.push({ plan, finish })
  })
  const [{ plan, finish }] = observed
  finish()
  return { plan, ended }
}

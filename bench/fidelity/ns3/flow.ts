import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { expandBlueprint } from '../../../src/simulation/expand.ts'
import { makePlan } from '../../../src/simulation/make-plan.ts'
import { Simulation } from '../../../src/simulation/simulation.ts'
import type { MeasuredCell } from '../measured-cell.ts'
import { sameLosses } from './same-losses.ts'

/**
 * What the sink's TCP had received in order after 30 s, of a transfer that was to take longer. Where the cell says which
 * run of ns-3 it was, the packets are lost that ns-3 lost in the `nth` of them, counted from 1.
 */
export function flowMbps(cell: MeasuredCell, nth: number, { blueprint }: CheckedScenario, maxEvents: number): number {
  const plan = makePlan(expandBlueprint(blueprint))
  const simulation = new Simulation(plan)
  if (cell.runs !== undefined) {
    const nameAt = (host: number) => plan.hosts[host]?.name
    const device = plan.directions.findIndex(
      ({ fromHost, toHost }) => nameAt(fromHost) === 'far-end' && nameAt(toHost) === 'sink',
    )
    simulation.parts.network.rules.setRule(device, sameLosses(cell.runs[nth - 1], cell.loss))
  }
  simulation.begin()
  simulation.runUntil(Number.POSITIVE_INFINITY, maxEvents)
  const { connections } = simulation.parts.tcp
  const receivedBytes = Math.max(...Array.from(connections.everyRow(), (row) => connections.receiveNext[row]))
  return (receivedBytes * 8) / 30e6
}

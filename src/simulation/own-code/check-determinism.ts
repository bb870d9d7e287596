import { CPU_FIGURES } from '../../security/cpu-profiles.ts'
import type { Blueprint } from '../blueprint.ts'
import { expandBlueprint } from '../expand.ts'
import { makePlan } from '../make-plan.ts'
import { PacketRecorder } from '../packet-recorder.ts'
import { Simulation } from '../simulation.ts'
import { checkNamedCode, checkOwnCode } from './check-own-code.ts'
import type { OwnCode } from './own-code.ts'
import { withOwnAttackers } from './plan-own-code.ts'

/** The result of comparing runs with objects of a library user. */
export interface Determinism {
  readonly isDeterministic: boolean
  /** A sentence about what differs, and what that tells about the objects; null if nothing differs. */
  readonly difference: string | null
}

/** The packets that a simulation delivered, and its digest. */
interface Delivered {
  readonly digests: Uint32Array
  readonly events: number
}

const NO_LIMIT = Number.POSITIVE_INFINITY

/**
 * Runs a scenario twice, and a third time with a fork half-way that continues after the original run, and compares the
 * packets. This finds congestion controls, rules and attackers that use a clock or `Math.random`, or that keep data
 * outside their state. It finds only what these runs show.
 * @throws InvalidOwnCode, OwnCodeFailed as a run does
 */
export function checkDeterminism(scenario: { readonly blueprint: Blueprint }, own: OwnCode): Determinism {
  checkOwnCode(own)
  checkNamedCode(scenario.blueprint, own)
  const blueprint = withOwnAttackers(scenario.blueprint, own)
  // Each run gets a plan of its own. An object that keeps data outside its state still has the data of the previous
  // run.
  const begin = () => {
    const simulation = new Simulation(makePlan(expandBlueprint(blueprint), CPU_FIGURES, own))
    simulation.begin()
    return simulation
  }
  const first = finish(begin())
  const again = differenceOf(first, finish(begin()))
  if (again !== null)
    return found(
      `a second run differs from the first ${again}: an object uses a clock or Math.random, or remembers something from run to run`,
    )
  const origin = begin()
  origin.runUntil(NO_LIMIT, Math.floor(first.events / 2))
  const fork = origin.fork()
  const atNs = origin.timeline.now
  const forked = differenceOf(finish(origin), finish(fork))
  if (forked === null) return { isDeterministic: true, difference: null }
  return found(
    `a fork at ${atNs} ns differs from the run that it continues ${forked}: an object remembers something outside its state`,
  )
}

function found(difference: string): Determinism {
  return { isDeterministic: false, difference }
}

function finish(simulation: Simulation): Delivered {
  const recorder = new PacketRecorder(simulation.network)
  simulation.runUntil(NO_LIMIT, NO_LIMIT)
  return { digests: recorder.digests(), events: simulation.events }
}

/** Returns where two runs differ; null if they are equal. */
function differenceOf(one: Delivered, other: Delivered): string | null {
  const nth = one.digests.findIndex((digest, i) => digest !== other.digests[i])
  if (nth >= 0) return `from the ${nth + 1}. delivered packet on`
  if (one.digests.length !== other.digests.length) return `after the ${one.digests.length}. delivered packet`
  return one.events === other.events ? null : 'in its events'
}

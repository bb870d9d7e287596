import type { AttackRecord } from '../../attack/attack-record.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import type { Comparison } from './aftermath.ts'

/** A step on one of its paths, with the run and the counterpart: what one verdict is about. */
export interface Case extends Comparison {
  readonly simulation: Simulation
  readonly blueprint: Blueprint
  readonly attack: AttackRecord
  readonly step: number
  readonly path: number
}

import type { AttackRecord } from '../../attack/attack-record.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import type { Comparison } from './aftermath.ts'

/** The subject of one verdict: a step on one of its paths, in the run and its counterpart. */
export interface Case extends Comparison {
  readonly simulation: Simulation
  readonly blueprint: Blueprint
  readonly attack: AttackRecord
  readonly step: number
  readonly path: number
}

import { stringify } from 'yaml'
import { withoutSeed } from '../../report/sweep/sweep-run.ts'
import type { PointGrid } from '../../scenario/sweep/point-grid.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { type Reproduction, reproduceLine } from '../reproduce.ts'
import type { Point } from './point.ts'
import type { Sweep } from './read-sweep.ts'

/** The parts of the command line that decide what a sweep gives. */
export interface SweepCommand {
  readonly file: string
  readonly attack: readonly string[]
  readonly set: readonly string[]
  readonly sweep: readonly string[]
  readonly seed?: number | undefined
  readonly seeds?: string | undefined
}

/** A sweep as plain values: all that its reports and its folder need, so that another process can write them. */
export interface SweepDescription {
  /** The build of onpath that made it. */
  readonly build: string
  readonly name: string
  /** The scenario with its grid, in YAML. */
  readonly scenario: string
  readonly dimensions: PointGrid['dimensions']
  readonly maxEvents: number | null
  readonly command: SweepCommand
}

/** Describes a sweep that was loaded. */
export function describeSweep(
  sweep: Sweep,
  { file, attack, set, sweep: dimensions, seed, seeds }: SweepCommand,
  { build, maxEvents }: Pick<SweepDescription, 'build' | 'maxEvents'>,
): SweepDescription {
  return {
    build,
    name: sweep.scenarioAt(0).blueprint.name,
    scenario: stringify(sweep.document, { lineWidth: 0 }),
    dimensions: sweep.grid.dimensions,
    maxEvents,
    command: { file, attack, set, sweep: dimensions, seed, seeds },
  }
}

/** Returns a point of a sweep as another machine can simulate it. */
export function pointOf(sweep: Sweep, { build, maxEvents }: SweepDescription, index: number): Point {
  const { seed } = sweep.scenarioAt(index).blueprint
  return { build, scenario: sweep.textAt(index), seed, maxEvents }
}

/** Returns a text that two descriptions share when their sweeps have the same points. The command is no part of it. */
export function identityOf({ command, ...others }: SweepDescription): string {
  return JSON.stringify(others)
}

/** Returns the command that reproduces a sweep, or a shard of it, in this folder. */
export function reproduceSweep(
  { command, maxEvents }: SweepDescription,
  where: Pick<Reproduction, 'shard' | 'out' | 'resume' | 'job' | 'maxMemory' | 'others'> = {},
): string {
  return reproduceLine('sweep', { ...command, maxEvents: maxEvents ?? undefined, ...where })
}

/** Returns the command that reproduces one run of a sweep. */
export function reproduceRun(
  { command, maxEvents }: SweepDescription,
  point: SweepPoint,
  { seed, maxMemory }: Pick<Reproduction, 'seed' | 'maxMemory'>,
): string {
  const { file, set, attack } = command
  const settings = withoutSeed(point).map(({ path, setting }) => `${path}=${setting}`)
  const budgets = { maxEvents: maxEvents ?? undefined, maxMemory }
  return reproduceLine('run', { file, seed, set: [...set, ...settings], attack, ...budgets })
}

import type { CheckedScenario } from '../../scenario/checked-scenario.ts'
import { loadScenario } from '../../scenario/load.ts'
import type { Problem } from '../../scenario/problems/problem.ts'
import type { Sha256 } from './record.ts'

/** A point of a sweep: all that its result depends on, as plain values, so that another machine can simulate it. */
export interface Point {
  /** The build of onpath whose result it is, such as `0.1.0+4f1c2ab90d3e`. */
  readonly build: string
  /** The scenario without its seed and its grid, as JSON. */
  readonly scenario: string
  readonly seed: number
  /** The events after which the run is stopped; null without a limit. */
  readonly maxEvents: number | null
}

/** The SHA-256 of a point in hexadecimal digits, under which its result is stored. */
export type PointKey = string

/** The pattern of keys. */
export const POINT_KEY = /^[0-9a-f]{64}$/

export function keyOf({ build, scenario, seed, maxEvents }: Point, sha256: Sha256): PointKey {
  return sha256(`${JSON.stringify([build, seed, maxEvents])}${scenario}`)
}

/** Loads the scenario of a point that another process made. It never throws: a point can hold anything. */
export function scenarioOf({
  scenario,
  seed,
}: Point):
  | { readonly ok: true; readonly scenario: CheckedScenario }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  return loadScenario({ text: scenario, file: 'point' }, { seed })
}

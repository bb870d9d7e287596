import { UsageError } from '../../disk/usage-error.ts'
import type { CheckedScenario } from '../../scenario/checked-scenario.ts'
import { keyOf, type Point, type PointKey } from '../../study/sweep/point.ts'
import { isWhole, type PointOutcome } from '../../study/sweep/point-outcome.ts'
import type { Sweep } from '../../study/sweep/read-sweep.ts'
import { pointOf, type SweepDescription } from '../../study/sweep/sweep-description.ts'
import type { PointStore } from '../points/point-store.ts'
import { sha256 } from '../sha256.ts'

/** The outcome of a point, or the error that its run ended with. */
export type PointEnd = { readonly seed: number } & (
  | {
      readonly outcome: PointOutcome
      /** Resolves when the outcome is stored, with the error if storing failed; absent if it is not stored. */
      readonly stored?: Promise<unknown>
      /** True if the outcome was stored before, so that it took no time. */
      readonly isGiven?: true
    }
  | { readonly error: unknown }
)

/** A source of the outcomes of the points of a sweep. */
export interface PointSource {
  /** Obtains the outcome of a point, by its number in the grid. It does not wait until this is stored. */
  readonly obtain: (index: number, stop: AbortSignal) => Promise<PointEnd>
}

/** The folder in which a sweep stores its points. */
export interface SweepStore {
  readonly points: PointStore
  /** True if points that are stored already are taken from there. */
  readonly resumes: boolean
}

/** Simulates points, on this machine or elsewhere. */
export interface PointRunner {
  /**
   * Returns the outcome of a point, which is given as a scenario and, for other processes, as plain values.
   * @throws UsageError when no point can be simulated, so that the sweep stops
   */
  readonly run: (scenario: CheckedScenario, point: () => Point, stop: AbortSignal) => Promise<PointOutcome>
}

/** Simulates the points of a sweep, and stores them. */
export class SimulatedPoints implements PointSource {
  readonly #sweep: Sweep
  readonly #described: SweepDescription
  readonly #store: SweepStore | null
  readonly #runner: PointRunner
  /** The keys of the points that were obtained, where these are stored. */
  readonly keys = new Set<PointKey>()
  /** The number of points that were taken from the store. */
  resumed = 0
  /** The files of points that were damaged, so that these were run again. */
  readonly damaged: string[] = []

  constructor(sweep: Sweep, described: SweepDescription, store: SweepStore | null, runner: PointRunner) {
    this.#sweep = sweep
    this.#described = described
    this.#store = store
    this.#runner = runner
  }

  async obtain(index: number, stop: AbortSignal): Promise<PointEnd> {
    const scenario = this.#sweep.scenarioAt(index)
    const { seed } = scenario.blueprint
    const key = this.#store === null ? '' : keyOf(pointOf(this.#sweep, this.#described, index), sha256)
    if (this.#store !== null) this.keys.add(key)
    const stored = this.#store?.resumes === true ? this.#store.points.get(key) : null
    if (stored?.kind === 'whole') {
      this.resumed += 1
      return { seed, outcome: stored.outcome, isGiven: true }
    }
    if (stored?.kind === 'damaged') this.damaged.push(stored.path)
    const point = () => pointOf(this.#sweep, this.#described, index)
    let outcome: PointOutcome
    try {
      outcome = await this.#runner.run(scenario, point, stop)
    } catch (error) {
      if (error instanceof UsageError) throw error
      return { seed, error }
    }
    if (this.#store === null || !isWhole(outcome)) return { seed, outcome }
    return { seed, outcome, stored: errorOf(this.#store.points.put(key, outcome)) }
  }
}

/** Resolves to the error of an operation, or undefined. Nobody waits for it yet, so that it may not be rejected. */
export function errorOf(operation: Promise<void>): Promise<unknown> {
  return operation.catch((error: unknown) => error)
}

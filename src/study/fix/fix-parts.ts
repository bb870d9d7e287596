import type { BrokenWorkload } from '../../measure/fix.ts'
import { type Assignment, assignmentsOf } from './apply-changes.ts'
import type { Bench } from './bench.ts'
import type { Change } from './change.ts'
import type { ClusterSetUp } from './cluster-set-up.ts'
import type { Forbidden } from './forbidden.ts'

/** The findings of simulations of a cluster with some of the changes of a fix. */
export interface PartOfFix {
  /** The verdicts that the policy still forbids. */
  readonly open: readonly Forbidden[]
  /** The workloads that fail and that work without the changes. */
  readonly broken: readonly BrokenWorkload[]
  /** True if the programs refuse to start; then nothing was simulated. */
  readonly isRefused: boolean
}

/** The changes of a fix, some of which can be tried without the others. */
export class FixParts {
  readonly #changes: readonly Change[]
  /** The verdicts that the policy forbids without changes. */
  readonly failing: readonly Forbidden[]
  readonly #bench: Pick<Bench, 'works' | 'forbidden'>
  readonly #setUp: ClusterSetUp

  constructor(
    changes: readonly Change[],
    failing: readonly Forbidden[],
    bench: Pick<Bench, 'works' | 'forbidden'>,
    setUp: ClusterSetUp,
  ) {
    this.#changes = changes
    this.failing = failing
    this.#bench = bench
    this.#setUp = setUp
  }

  /**
   * Simulates the cluster with some of the changes.
   * @param steps indexes of the steps of the fix
   */
  async tried(steps: readonly number[]): Promise<PartOfFix> {
    const changes = this.#some(steps)
    const [work] = await this.#bench.works([changes])
    const [open] = await this.#bench.forbidden([changes], this.failing)
    if (work === null || open === null) return { open: this.failing, broken: [], isRefused: true }
    return { open: [...open.values()], broken: work.broken, isRefused: false }
  }

  /** Returns what some of the changes mean in the scenario. */
  assignments(steps: readonly number[]): readonly Assignment[] {
    return assignmentsOf(this.#some(steps), this.#setUp)
  }

  #some(steps: readonly number[]): readonly Change[] {
    return this.#changes.filter((_, i) => steps.includes(i))
  }
}

import type { Story } from '../../packets/story.ts'
import type { Series } from '../../simulation/sampling/series.ts'

/**
 * The parts of a report that need further executions, because they are neither in the result nor in the history of a
 * run.
 */
export interface ReportDetails {
  /** The messages and packets around evidence. */
  readonly stories: readonly Story[]
  /** Samples of connections with much traffic, with the path of each. */
  readonly samples: readonly { readonly path: string; readonly series: readonly Series[] }[]
  /** The number of further paths with much traffic whose connections were not sampled. */
  readonly pathsLeftOut: number
}

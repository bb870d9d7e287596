import type { Story } from '../../packets/story.ts'
import type { Series } from '../../simulation/sampling/series.ts'

/** The parts of a report that are neither in the result nor in the history of a run: they need further executions. */
export interface ReportDetails {
  /** The messages and packets around evidence. */
  readonly stories: readonly Story[]
  /** Samples of connections that carry much, with the path of each. */
  readonly samples: readonly { readonly path: string; readonly series: readonly Series[] }[]
  /** The number of further paths whose requests carry much, of which no connection was sampled. */
  readonly pathsLeftOut: number
}

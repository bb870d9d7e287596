import type { LinkOptions } from '../link-options.ts'

/** The options of a medium, each with its source, or `default, not measured` where no measurement exists. */
export interface LinkProfile {
  readonly description: string
  readonly options: LinkOptions
  readonly sources: Readonly<Record<Exclude<keyof LinkOptions, 'ceThresholdNs'>, string>>
}

/** The source of a value that is an assumption. */
export const NOT_MEASURED = 'default, not measured'

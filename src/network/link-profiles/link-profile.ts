import type { LinkOptions } from '../link-options.ts'

/** Figures of a medium, each with where it comes from; `default, not measured` where nobody measured it. */
export interface LinkProfile {
  readonly description: string
  readonly options: LinkOptions
  readonly sources: Readonly<Record<keyof LinkOptions, string>>
}

export const NOT_MEASURED = 'default, not measured'

import type { ScenarioOptions } from './scenario-options.ts'

export interface RunOptions extends ScenarioOptions {
  readonly out?: string
  readonly maxEvents?: number
  readonly printConfig?: true
  readonly joint?: true
  readonly perInstance?: true
  readonly today?: string
  readonly baseline?: string
}

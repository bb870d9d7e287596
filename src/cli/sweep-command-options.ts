export interface SweepOptions {
  readonly set: readonly string[]
  readonly attack: readonly string[]
  readonly sweep: readonly string[]
  readonly seed?: number
  readonly seeds?: string
  readonly jobs?: number
  readonly maxEvents?: number
  readonly json?: true
  readonly csv?: true
  readonly out?: string
}

import type { ProxyBlueprint } from '../blueprint.ts'

/** A proxy whose ports are known. */
export interface ExpandedProxy extends ProxyBlueprint {
  readonly ports: readonly number[]
}

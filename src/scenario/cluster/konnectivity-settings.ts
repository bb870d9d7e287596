import type { KonnectivityTunnelBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterSection } from '../schema/cluster.ts'

/** Returns the Konnectivity settings of paths that give none: those of `cluster.konnectivity`, else the defaults. */
export function konnectivitySettings(
  written: ClusterSection['konnectivity'],
): Pick<KonnectivityTunnelBlueprint, 'strategy' | 'authentication'> {
  return { strategy: written?.strategy ?? 'default', authentication: written?.authentication ?? 'token' }
}

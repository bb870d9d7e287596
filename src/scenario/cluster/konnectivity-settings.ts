import type { KonnectivityTunnelBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterSection } from '../schema/cluster.ts'

/** How paths use Konnectivity where they do not say it themselves: as `cluster.konnectivity` has it, else by default. */
export function konnectivitySettings(
  written: ClusterSection['konnectivity'],
): Pick<KonnectivityTunnelBlueprint, 'strategy' | 'authentication'> {
  return { strategy: written?.strategy ?? 'default', authentication: written?.authentication ?? 'token' }
}

import { viewNetwork } from '../../report/view/network-view.ts'
import { layOutTopology } from '../../report/view/topology-layout.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { AttackerView, LoadedView } from '../protocol.ts'

/** Returns what the page shows of a scenario before it is simulated. */
export function viewLoaded(loaded: LoadedScenario): LoadedView {
  const { blueprint } = loaded.scenario
  return {
    name: blueprint.name,
    seed: blueprint.seed,
    topology: layOutTopology(viewNetwork(blueprint)),
    warnings: loaded.warnings,
    attackers: blueprint.attackers.map(
      ({ name, vantage, on, plan }): AttackerView => ({
        name,
        vantage,
        on,
        techniques: [...new Set(plan.map(({ technique }) => technique))],
      }),
    ),
    admins: adminsOf(blueprint),
  }
}

/** The hosts of those who use the cluster; without any, that of its apiserver; without a cluster, where paths begin. */
export function adminsOf({ cluster, paths }: Blueprint): readonly string[] {
  if (cluster === null) return [...new Set(paths.map(({ from }) => from))]
  return cluster.users.length === 0 ? [cluster.apiserver.host] : cluster.users.map(({ name }) => name)
}

import type { Bearer } from '../../../cluster/access/bearer.ts'
import type { BootstrappingPlan } from '../../../cluster/bootstrapping/bootstrapping-plan.ts'
import type { KubeProxyPlan } from '../../../cluster/kube-proxy/kube-proxy-plan.ts'
import type { ObjectDeskPlan } from '../../../cluster/objects/object-desk.ts'
import type { PodsPlan } from '../../../cluster/pods/pods-plan.ts'
import type { Workload } from '../../../workload/workload.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { type BackgroundContext, planBootstrapping } from './plan-bootstrapping.ts'
import { planKubeProxies } from './plan-kube-proxy.ts'
import { ObjectPlans } from './plan-objects.ts'
import { planPods } from './plan-pods.ts'

/** What a cluster's programs do by themselves, beside all workloads. Immutable. */
export interface BackgroundPlan {
  readonly desk: ObjectDeskPlan
  readonly bootstrapping: BootstrappingPlan
  readonly kubeProxies: KubeProxyPlan
  readonly pods: PodsPlan
}

/** null: there is no cluster. */
export function planBackground(
  context: BackgroundContext,
  workloads: readonly Workload[],
  catalogue: HttpCatalogue,
): BackgroundPlan | null {
  const { blueprint, network, paths } = context
  const { cluster } = blueprint
  if (cluster === null) return null
  const objects = new ObjectPlans(network, paths, catalogue, cluster.version.minor)
  const bootstrapping = planBootstrapping(cluster, context, catalogue, objects)
  const kubeProxies = planKubeProxies(cluster, context, catalogue, objects)
  const pods = planPods(cluster, context, workloads, objects)
  return { desk: objects.desk(), bootstrapping, kubeProxies, pods }
}

/** What its requests carry, by index of the HttpRequest. */
export function bearersOfBackground(background: BackgroundPlan | null): ReadonlyMap<number, Bearer> {
  const bearers = new Map<number, Bearer>()
  for (const [request, { bearer }] of background?.desk.requests ?? []) if (bearer !== null) bearers.set(request, bearer)
  return bearers
}

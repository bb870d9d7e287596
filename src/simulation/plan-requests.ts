import type { PlannedAttackerRequest } from '../attack/sockets/sockets-plan.ts'
import type { KonnectivityHeads } from '../cluster/konnectivity/konnectivity-agent.ts'
import type { NodeLifecyclePlan } from '../cluster/node-lifecycle/node-lifecycle.ts'
import type { NodeAddressPlan } from '../cluster/paths/node-addresses.ts'
import type { Workload } from '../workload/workload.ts'
import { type ClusterPlan, planCluster } from './apiserver/plan-cluster.ts'
import { planAttackerRequests } from './attack/plan-attacker-requests.ts'
import { planRelayedRequests, type RelayedRequests } from './attack/plan-relayed-requests.ts'
import { type BackgroundPlan, planBackground } from './background/plan-background.ts'
import { HeartbeatPlans } from './heartbeats/plan-heartbeats.ts'
import { planKonnectivityHeads } from './konnectivity/plan-konnectivity-heads.ts'
import { planNodeAddresses } from './node-addresses/plan-node-addresses.ts'
import type { PlanContext } from './plan-context.ts'
import { planHealthRequest } from './ssh-tunnels/plan-ssh-tunneler.ts'
import { planWorkloads } from './workloads/plan-workloads.ts'

/** The planned workloads, and all other senders of requests. */
export interface PlannedRequests {
  readonly workloads: readonly Workload[]
  /** The apiserver and the kubelets; null without a cluster. */
  readonly cluster: ClusterPlan | null
  readonly background: BackgroundPlan | null
  readonly nodeLifecycle: NodeLifecyclePlan
  readonly nodeAddresses: NodeAddressPlan
  /** The health check of an SSH tunneler; NONE without a tunneler. */
  readonly healthRequest: number
  readonly konnectivityHeads: KonnectivityHeads
  /** The requests of attackers. */
  readonly attackerRequests: readonly PlannedAttackerRequest[]
  readonly relayed: RelayedRequests
}

/**
 * Plans all requests of a scenario: of workloads, of attackers, and of the cluster's programs. Each group adds to the
 * catalogue of `context`, and later groups see the requests of earlier ones.
 */
export function planRequests(context: PlanContext): PlannedRequests {
  const heartbeats = new HeartbeatPlans(context)
  const workloads = planWorkloads(context, heartbeats)
  const healthRequest = planHealthRequest(context)
  const konnectivityHeads = planKonnectivityHeads(context.paths.konnectivity.agents, context.network, context.catalogue)
  const nodeLifecycle = heartbeats.lifecycle()
  // Before the cluster's own programs, because they see the objects that these requests change.
  const attackerRequests = planAttackerRequests(context)
  const relayed = planRelayedRequests(context, workloads)
  const background = planBackground(context, workloads)
  const cluster = planCluster({ ...context, background })
  const nodeAddresses = planNodeAddresses(context)
  return {
    workloads,
    cluster,
    background,
    healthRequest,
    konnectivityHeads,
    nodeLifecycle,
    nodeAddresses,
    attackerRequests,
    relayed,
  }
}

/** The context for planning attackers, after all requests were planned. */
export interface AttackContext extends PlanContext {
  readonly planned: PlannedRequests
}

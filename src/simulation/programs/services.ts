import { Endpoints } from '../../cluster/kube-proxy/endpoints.ts'
import { KubeProxies } from '../../cluster/kube-proxy/kube-proxies.ts'
import type { KubeProxyPlan } from '../../cluster/kube-proxy/kube-proxy-plan.ts'
import { PodReadiness } from '../../cluster/kube-proxy/pod-readiness.ts'
import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import { planKubeProxies } from '../plan/cluster/plan-kube-proxy.ts'
import type { HandlerParts } from './program.ts'

/** kube-proxies that watch services and their endpoints, and kubelets that report which pods are ready. */
export const services = {
  plan: planKubeProxies,
  handler: (plan: KubeProxyPlan, { arena, translation }: HandlerParts) => new Endpoints(arena, translation, plan),
  programs: ({ nodes, pods }: KubeProxyPlan, endpoints: Endpoints, parts: ProgramParts) => ({
    proxies: new KubeProxies(parts, endpoints, nodes),
    readiness: new PodReadiness(parts, endpoints, pods),
  }),
}

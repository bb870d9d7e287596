import { Endpoints } from '../../cluster/kube-proxy/endpoints.ts'
import { KubeProxies } from '../../cluster/kube-proxy/kube-proxies.ts'
import type { KubeProxyPlan } from '../../cluster/kube-proxy/kube-proxy-plan.ts'
import { PodReadiness } from '../../cluster/kube-proxy/pod-readiness.ts'
import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import type { HandlerParts } from '../object-watches/program.ts'
import { kubeProxyConnections } from './expand-kube-proxy.ts'
import { planKubeProxies } from './plan-kube-proxy.ts'

/** The kube-proxies that watch services and their endpoints, and the kubelets that report which pods are ready. */
export const services = {
  connections: kubeProxyConnections,
  plan: planKubeProxies,
  handler: (plan: KubeProxyPlan, { arena, translation }: HandlerParts) => new Endpoints(arena, translation, plan),
  programs: ({ nodes, pods }: KubeProxyPlan, endpoints: Endpoints, parts: ProgramParts) => ({
    proxies: new KubeProxies(parts, endpoints, nodes),
    readiness: new PodReadiness(parts, endpoints, pods),
  }),
}

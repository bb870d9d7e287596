import type { Plan } from '../plan/plan.ts'

/** Where an honest end at a host writes what it noticed. */
export function nameOfLog({ cluster, listeners, hosts }: Plan, host: number): string {
  const kinds = listeners.filter((listener) => listener.host === host)
  const serves = (service: string) => kinds.some((listener) => 'service' in listener && listener.service === service)
  if (cluster === null) return hosts[host].name
  if (serves('apiserver')) return 'kube-apiserver'
  return serves('kubelet') ? 'kubelet' : hosts[host].name
}

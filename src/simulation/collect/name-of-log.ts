import { SSH_PORT } from '../../cluster/paths/path.ts'
import type { Plan } from '../plan/plan.ts'

/** Where an honest end at a host writes what it noticed; `servedAt`: the port at which it serves; NONE: it is the client. */
export function nameOfLog({ cluster, listeners, hosts }: Plan, host: number, servedAt: number): string {
  if (servedAt === SSH_PORT) return 'sshd'
  const kinds = listeners.filter((listener) => listener.host === host)
  const serves = (service: string) => kinds.some((listener) => 'service' in listener && listener.service === service)
  if (cluster === null) return hosts[host].name
  if (serves('apiserver')) return 'kube-apiserver'
  return serves('kubelet') ? 'kubelet' : hosts[host].name
}

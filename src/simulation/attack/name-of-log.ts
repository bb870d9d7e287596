import { SSH_PORT } from '../../cluster/paths/path.ts'
import type { Plan } from '../plan.ts'

/**
 * Returns the log in which an honest program on a host records a notice. `port` is the server's port on the connection;
 * NONE if it is about no connection.
 */
export function nameOfLog(
  { cluster, listeners, hosts, konnectivity }: Plan,
  host: number,
  { port, isServer }: { readonly port: number; readonly isServer: boolean },
): string {
  if (port === SSH_PORT && isServer) return 'sshd'
  if (konnectivity.agents.some(({ remotePort }) => remotePort === port))
    return isServer ? 'konnectivity-server' : 'konnectivity-agent'
  const kinds = listeners.filter((listener) => listener.host === host)
  const serves = (service: string) => kinds.some((listener) => 'service' in listener && listener.service === service)
  if (cluster === null) return hosts[host].name
  if (serves('apiserver')) return 'kube-apiserver'
  return serves('kubelet') ? 'kubelet' : hosts[host].name
}

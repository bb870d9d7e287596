import { ANY_ADDRESS, type Listener, type ServiceKind } from '../../cluster/paths/path.ts'
import type { ListenerResult } from '../../measure/result.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { Plan } from '../plan.ts'

const PROGRAMS: Readonly<Record<ServiceKind, string>> = {
  answers: '',
  'certified-answers': '',
  apiserver: ' apiserver',
  'apiserver-insecure': ' apiserver',
  kubelet: ' kubelet',
  'kubelet-read-only': ' kubelet, read-only',
  'kubelet-healthz': ' kubelet, healthz',
  konnectivity: ' konnectivity server',
}

/** Returns all listeners, ordered by host, port and address. */
export function collectListeners({ listeners, proxies, hosts, addresses }: Plan): ListenerResult[] {
  const format = (index: number) => formatAddress(addresses.valueOf(index))
  const ofServers = listeners.map((listener) => ({
    host: hosts[listener.host].name,
    address: boundTo(listener, format),
    port: listener.port,
    serves: listener.kind === 'ssh' ? 'ssh' : `${listener.kind}${PROGRAMS[listener.service]}`,
  }))
  const ofProxies = proxies.flatMap(({ host, server, ports }) =>
    [...ports].map((port) => ({
      host: hosts[host].name,
      address: format(addresses.mainAddressOf(server)),
      port,
      serves: `tcp proxy before ${hosts[server].name}`,
    })),
  )
  return [...ofServers, ...ofProxies].sort((a, b) =>
    a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port || (a.address < b.address ? -1 : 1),
  )
}

function boundTo(listener: Listener, format: (index: number) => string): string {
  const bindAddress = listener.kind === 'ssh' ? ANY_ADDRESS : listener.bindAddress
  return bindAddress === ANY_ADDRESS ? '0.0.0.0' : format(bindAddress)
}

import { SSH_PORT } from '../../cluster/paths/path.ts'
import type { Blueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import type { ExpandedProxy, ServerBlueprint } from '../expanded-blueprint.ts'
import type { ExpandedKonnectivity } from '../konnectivity/konnectivity-blueprint.ts'
import { LOOPBACK_ADDRESS } from '../lookups/server-places.ts'
import type { SharedSshTunnel } from '../ssh-tunnels/expand-ssh-tunnels.ts'

interface ServingParts {
  readonly servers: readonly ServerBlueprint[]
  readonly sshTunnels: readonly SharedSshTunnel[]
  readonly konnectivity: ExpandedKonnectivity
}

/** Returns the proxies, by name. A proxy without ports gets the ports of all servers that others can reach. */
export function proxiesOf({ middleboxes }: Blueprint, serving: ServingParts): readonly ExpandedProxy[] {
  return middleboxes
    .filter((box) => box.kind === 'proxy')
    .map((proxy) => ({ ...proxy, ports: proxy.ports ?? portsOf(proxy.before, serving) }))
    .sort(byName)
}

function portsOf(host: string, { servers, sshTunnels, konnectivity }: ServingParts): readonly number[] {
  const open = servers.filter(({ bindAddress }) => bindAddress !== LOOPBACK_ADDRESS)
  const all = [...open, ...konnectivity.servers].filter((server) => server.host === host).map(({ port }) => port)
  return sshTunnels.some(({ via }) => via === host) ? [...all, SSH_PORT] : all
}

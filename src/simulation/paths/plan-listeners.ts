import { http2MaxStreamsPerConnection } from '../../cluster/flags/apiserver/http2-max-streams-per-connection.ts'
import { defaultAt } from '../../cluster/flags/flag.ts'
import { listenerKeepalive } from '../../cluster/paths/keepalives.ts'
import { ANY_ADDRESS, type Listener } from '../../cluster/paths/path.ts'
import { assert } from '../../engine/assert.ts'
import { NONE } from '../../engine/table.ts'
import { apiserverHttp2, GO_SERVER, type Http2Parameters } from '../../http/http2-parameters.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { TlsServer } from '../../security/tls-parameters.ts'
import type { SilenceSettings } from '../../transport/lifecycle/keepalive.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ExpandedBlueprint, ServerBlueprint } from '../expanded-blueprint.ts'
import { named } from '../lookups/lookups.ts'
import { abilitiesOfCluster, abilitiesOfHost, defaultVersionOf } from '../lookups/path-traits.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { type Identities, type Pool, recordSizing } from '../security/plan-security.ts'

interface ServerPools {
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
}

/** Numbers the listeners of a blueprint's servers, in the order of the servers. */
export function planListeners(
  blueprint: ExpandedBlueprint,
  network: PlannedNetwork,
  identities: Identities,
  pools: ServerPools,
): readonly Listener[] {
  const http2 = { apiserver: apiserverParameters(blueprint), go: GO_SERVER }
  return blueprint.servers.map((server) => {
    const { host, port, service, tls } = server
    const common = {
      host: lookUp(network.hostIndex, host),
      port,
      bindAddress: boundTo(server, network),
      http2: pools.http2.add(http2[server.http2]),
      service,
      silence: silenceOf(server, blueprint),
    }
    if (tls === null) return { kind: 'http', ...common }
    const { certificate, clientCa, ...settings } = tls
    const tlsServer = pools.servers.add({
      ...settings,
      presents: identities.issued(certificate),
      clientAuthority: clientCa === null ? null : identities.certificate(clientCa),
      recordSizing: recordSizing(named(blueprint.lookups.hosts, host)),
    })
    return { kind: 'https', ...common, tlsServer }
  })
}

function silenceOf({ host, service }: ServerBlueprint, blueprint: ExpandedBlueprint): SilenceSettings {
  const keepalive = listenerKeepalive(service, abilitiesOfHost(blueprint, host))
  return keepalive === null ? {} : { keepalive }
}

function boundTo({ bindAddress }: ServerBlueprint, { addresses }: PlannedNetwork): number {
  if (bindAddress === null) return ANY_ADDRESS
  const index = addresses.indexOf(parseAddress(bindAddress))
  assert(index !== NONE, `a checked scenario binds to addresses that exist: ${bindAddress}`)
  return index
}

/** Returns the HTTP/2 settings of the apiserver; before 1.12, the defaults of Go's server. */
function apiserverParameters(blueprint: Blueprint): Http2Parameters {
  const { http2StreamWindowBytes } = abilitiesOfCluster(blueprint).apiserver
  const maxStreams =
    blueprint.cluster?.apiserver.configuration.http2MaxStreamsPerConnection ??
    defaultAt(http2MaxStreamsPerConnection, defaultVersionOf(blueprint))
  return http2StreamWindowBytes === GO_SERVER.initialStreamWindowBytes ? GO_SERVER : apiserverHttp2(maxStreams)
}

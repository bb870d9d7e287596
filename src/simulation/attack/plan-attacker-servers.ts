import type { ListeningPlace, Offer } from '../../attack/sockets/sockets-plan.ts'
import type { Serving } from '../../attack/techniques/technique.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { SSH_PORT } from '../../cluster/paths/path.ts'
import { assert } from '../../engine/assert.ts'
import { NONE } from '../../engine/table.ts'
import { GO_SERVER, type Http2Parameters } from '../../http/http2-parameters.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { SshServerParameters } from '../../security/ssh-parameters.ts'
import type { TlsServer } from '../../security/tls-parameters.ts'
import type { PathBlueprint, TlsBlueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { falseServerCertificate } from '../konnectivity/expand-konnectivity.ts'
import type { KonnectivityServerBlueprint } from '../konnectivity/konnectivity-blueprint.ts'
import {
  attackersCertificateName,
  attackersDeclared,
  hostOfAttacker,
  type NumberedStep,
  ownHostName,
  servingOf,
  stepsInOrder,
} from '../lookups/attacker-names.ts'
import { hostNamed, sortedNames } from '../lookups/members.ts'
import { isServingHttp2 } from '../lookups/path-traits.ts'
import { LOOPBACK_ADDRESS, mainAddress, placesOf, type ServerPlace } from '../lookups/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { type Identities, type Pool, planSshServer, recordSizing } from '../security/plan-security.ts'
import { certificateNames } from '../security/secret-names.ts'
import { type SharedSshTunnel, sshTunnelName } from '../ssh-tunnels/expand-ssh-tunnels.ts'
import { connectionPathsOfStep } from './attacker-paths.ts'

/** The servers of attackers. */
export interface AttackerServers {
  readonly places: readonly ListeningPlace[]
  /** SSH servers of attackers, numbered after the honest ones. */
  readonly sshServers: readonly SshServerParameters[]
}

interface ServersContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly identities: Identities
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
  /** The number of honest SSH servers. */
  readonly sshServerCount: number
  readonly certificates: readonly string[]
}

/**
 * Plans the places at which attackers impersonate servers. Several steps may use one place; the active step serves.
 */
export function planAttackerServers(context: Omit<ServersContext, 'certificates'>): AttackerServers {
  const { blueprint } = context
  const places = new Map<string, ListeningPlace & { offers: Offer[] }>()
  const sshServers: SshServerParameters[] = []
  const all = { ...context, certificates: certificateNames(blueprint) }
  const offer = (placed: NumberedStep, place: ServerPlace, made: Offer) => {
    const host = lookUp(context.network.hostIndex, hostOfAttacker(placed.attacker, blueprint))
    const address = context.network.addresses.indexOf(parseAddress(place.address))
    const isServers = servingOf(placed)?.takesOver === true && isOwnAddress(place, placed, blueprint)
    const key = `${host} ${address} ${place.port} ${isServers}`
    const ownClients = isServers ? ownClientsOf(placed, all) : []
    const known = places.get(key) ?? { host, address, port: place.port, isServers, ownClients, offers: [] }
    if (known.offers.every(({ step }) => step !== made.step)) known.offers.push(made)
    places.set(key, known)
  }
  const addServer = (server: SshServerParameters) => context.sshServerCount + sshServers.push(server) - 1
  const serving = stepsInOrder(blueprint).flatMap((placed) => {
    const serves = servingOf(placed)
    return serves === undefined ? [] : [{ placed, serves }]
  })
  for (const { placed, serves } of serving) {
    for (const path of connectionPathsOfStep(placed, blueprint)) {
      const own = offerOf(placed, serves, path, all)
      for (const place of answeredPlaces(placed, serves, path, blueprint)) offer(placed, place, own)
    }
    const tunnels = tunnelsOf(placed, blueprint)
    for (const { via, address } of tunnels) {
      const honest = planSshServer(via, blueprint)
      const sshServer = addServer({ ...honest, hostKey: `${ownHostName(placed.attacker)}/ssh-host-key` })
      const real = { sshServer: addServer(honest), hostKey: all.certificates.indexOf(honest.hostKey) }
      offer(placed, { address, port: SSH_PORT }, { kind: 'ssh', step: placed.index, sshServer, real })
    }
    if (tunnels.some(({ isManaged }) => isManaged) && placed.attacker.on.kind !== 'host')
      offer(placed, healthPlace(blueprint), { kind: 'health', step: placed.index, http2: context.http2.add(GO_SERVER) })
  }
  for (const { placed, serves } of serving) {
    if (serves.at === 'own-address') continue
    for (const { host, port } of konnectivityServers(placed, blueprint))
      offer(placed, { address: mainAddress(host, blueprint), port }, falseKonnectivity(placed, host, all))
  }
  return { places: [...places.values()], sshServers }
}

/** Returns the Konnectivity servers on other hosts that a step impersonates, by name. */
function konnectivityServers(
  placed: NumberedStep,
  blueprint: ExpandedBlueprint,
): readonly KonnectivityServerBlueprint[] {
  const own = hostOfAttacker(placed.attacker, blueprint)
  const { servers } = blueprint.konnectivity
  const tunnelled = connectionPathsOfStep(placed, blueprint).filter(({ tunnel }) => tunnel?.kind === 'konnectivity')
  const hosts = sortedNames([...new Set(tunnelled.map(({ from }) => from))].filter((host) => host !== own))
  return hosts.flatMap((host) => servers.filter((server) => server.host === host))
}

function falseKonnectivity({ attacker, index, step }: NumberedStep, host: string, context: ServersContext): Offer {
  const own = falseServerCertificate(attacker.name, host)
  const certificate = step.parameters.presents ?? own
  const tlsServer = context.servers.add({
    presents: context.identities.issued(certificate),
    clientCertificates: 'none',
    clientAuthority: null,
    protocol: 'h2',
    recordSizing: 'go',
  })
  return {
    kind: 'https',
    step: index,
    http2: context.http2.add(GO_SERVER),
    tlsServer,
    certificate: certificate === own ? NONE : context.certificates.indexOf(certificate),
  }
}

/**
 * Returns the places at which a step serves: at the address of the real server, or at the attacker's own address. On
 * the server's host, only root can take the server's place. A relay cannot, because its own requests would reach
 * itself. A step that makes clients connect to the attacker's address needs no server if one is already there. A step
 * that uses agents needs none for a path without Konnectivity.
 */
function answeredPlaces(
  placed: NumberedStep,
  { at, takesOver, carries }: Serving,
  path: PathBlueprint,
  blueprint: ExpandedBlueprint,
): readonly ServerPlace[] {
  const isOfOwnServer = placesOf(path, blueprint).some((place) => isOwnAddress(place, placed, blueprint))
  const isWithoutAgent = carries === true && path.tunnel?.kind !== 'konnectivity'
  if (at === 'own-address' && (isOfOwnServer || isWithoutAgent)) return []
  if (at === 'own-address')
    return [{ address: mainAddress(hostOfAttacker(placed.attacker, blueprint), blueprint), port: path.port }]
  const mayTakeOver = takesOver === true && VANTAGES[placed.attacker.vantage].isRoot
  return placesOf(path, blueprint).filter(
    (place) => place.address !== LOOPBACK_ADDRESS && (mayTakeOver || !isOwnAddress(place, placed, blueprint)),
  )
}

function isOwnAddress({ address }: ServerPlace, { attacker }: NumberedStep, blueprint: ExpandedBlueprint): boolean {
  return hostNamed(blueprint, hostOfAttacker(attacker, blueprint)).addresses.includes(address)
}

/** Returns the addresses of the attacker's host if it sends requests of its own to a server on that host. */
function ownClientsOf({ attacker }: NumberedStep, { blueprint, network }: ServersContext): readonly number[] {
  const own = hostOfAttacker(attacker, blueprint)
  const declared = attackersDeclared(attacker)
  const sends = blueprint.paths.some((path) => path.declared === declared && path.from === own && path.to === own)
  const addresses = [LOOPBACK_ADDRESS, ...hostNamed(blueprint, own).addresses]
  return sends ? addresses.map((address) => network.addresses.indexOf(parseAddress(address))) : []
}

/**
 * Returns the place at which a false sshd answers the tunneler's health checks. They request the read-only port of the
 * kubelet on sshd's host.
 */
function healthPlace({ cluster }: ExpandedBlueprint): ServerPlace {
  assert(cluster !== null, 'only the tunneler of a cluster maintains tunnels')
  return { address: LOOPBACK_ADDRESS, port: cluster.apiserver.configuration.kubeletReadOnlyPort }
}

/** Returns the SSH tunnels that connections of a step's paths may take, by name. */
function tunnelsOf(placed: NumberedStep, blueprint: ExpandedBlueprint): readonly SharedSshTunnel[] {
  const names = connectionPathsOfStep(placed, blueprint).flatMap(({ from, tunnel }) =>
    tunnel?.kind === 'ssh' ? tunnel.via.map((via) => sshTunnelName(from, via, tunnel.hostKey)) : [],
  )
  const wanted = new Set(names)
  return blueprint.sshTunnels.filter(({ name }) => wanted.has(name)).sort(byName)
}

function offerOf(placed: NumberedStep, serves: Serving, path: PathBlueprint, context: ServersContext): Offer {
  const http2 = context.http2.add(GO_SERVER)
  const { tls } = path
  if (tls === null) return { kind: 'http', step: placed.index, http2 }
  const name = certificateFor(placed, serves, path, tls, context)
  // Root on a host has the keys of the servers there.
  const isOfItsHost = path.to === hostOfAttacker(placed.attacker, context.blueprint) && name === tls.serverCertificate
  const isOfItsNode = name === ofItsNode(placed, context.blueprint)
  const isOwn = name === attackersCertificateName(placed, path) || isOfItsHost || isOfItsNode
  return {
    kind: 'https',
    step: placed.index,
    http2,
    tlsServer: context.servers.add(tlsServerOf(placed, path, name, context)),
    certificate: isOwn ? NONE : context.certificates.indexOf(name),
  }
}

/**
 * Returns the certificate that a step presents. A node that impersonates another node presents its own certificate.
 */
function certificateFor(
  placed: NumberedStep,
  { certificate, takesOver }: Serving,
  path: PathBlueprint,
  tls: TlsBlueprint,
  { blueprint }: ServersContext,
): string {
  const { presents = null } = placed.step.parameters
  if (presents !== null) return presents
  const own = attackersCertificateName(placed, path)
  if (takesOver === true && path.to === hostOfAttacker(placed.attacker, blueprint)) return tls.serverCertificate
  if (certificate !== 'of-its-node') return own
  const ofNode = ofItsNode(placed, blueprint)
  if (ofNode !== null) return ofNode
  return blueprint.identities.some(({ name }) => name === own) ? own : tls.serverCertificate
}

/**
 * Returns the serving certificate of the node on which the attacker is root, so that it has the key; null for none.
 */
function ofItsNode({ attacker }: NumberedStep, blueprint: ExpandedBlueprint): string | null {
  if (!VANTAGES[attacker.vantage].isRoot) return null
  const node = blueprint.lookups.nodes.get(hostOfAttacker(attacker, blueprint))
  return node === undefined || node.isServingPending ? null : node.servingCertificate
}

/** Returns a TLS server that requests no client certificate. */
function tlsServerOf(
  { attacker }: NumberedStep,
  path: PathBlueprint,
  certificate: string,
  { blueprint, identities }: ServersContext,
): TlsServer {
  return {
    presents: identities.issued(certificate),
    clientCertificates: 'none',
    clientAuthority: null,
    protocol: isServingHttp2(path) ? 'h2' : null,
    recordSizing: recordSizing(hostNamed(blueprint, hostOfAttacker(attacker, blueprint))),
  }
}

import {
  type KubeletClientSettings,
  kubeletClientSettings,
  type NegotiatedTls,
  negotiatedTls,
} from '../../cluster/paths/connection-settings.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { HostBlueprint, TlsBlueprint } from '../../simulation/blueprint.ts'
import { checkIdentity } from '../identities/check-identity.ts'
import type { Identities } from '../identities/identities.ts'
import type { ResolvedEnds } from './resolve-ends.ts'
import { type ClientContext, clientOf } from './resolve-tls-client.ts'

/** A path over TLS, with the host of its server. */
export interface TlsPath extends ResolvedEnds {
  readonly server: {
    readonly name: string
    readonly addresses: readonly string[]
    readonly certificate: string | undefined
  }
}

export interface TlsContext extends ClientContext {
  readonly hosts: ReadonlyMap<string, HostBlueprint>
  readonly version: KubernetesVersion | null
}

/** Resolves the TLS settings of all paths to one port of one host. They share one certificate and one client CA. */
export function resolveServer(paths: readonly TlsPath[], context: TlsContext): Map<string, TlsBlueprint> {
  const clients = new Map(paths.map((path) => [path.name, clientOf(path, context)]))
  const serverCertificate = serverCertificateOf(paths, context)
  const clientCa = clientCaOf(paths, clients, context)
  return new Map(
    paths.map((path) => {
      const { name, section } = path
      const { tls } = section
      const verify = verifyOf(path, context)
      if (tls?.ca !== undefined) checkCa(path, tls.ca, verify, context)
      const negotiated = negotiatedOn(path, context)
      const blueprint: TlsBlueprint = {
        version: tls?.version ?? negotiated.version,
        verify,
        ca: tls?.ca ?? kubeletSettings(path, context)?.ca ?? context.identities.defaultCa(),
        serverCertificate,
        clientCa,
        client: clients.get(name)!,
        keyExchange: tls?.['key-exchange'] ?? negotiated.keyExchange,
      }
      checkKeyExchange(path, blueprint, context)
      return [name, blueprint]
    }),
  )
}

function checkCa({ declared }: TlsPath, ca: string, verify: TlsBlueprint['verify'], context: TlsContext): void {
  const place = ['paths', declared, 'tls', 'ca']
  checkIdentity(place, ca, 'ca', context)
  if (verify === 'none')
    context.findings.contradict(place, 'the client of this path verifies no certificate, so it trusts no CA', {
      at: 'key',
      hint: 'add verify: ca',
    })
}

/** Checks the RSA key exchange, which needs TLS 1.2 and an RSA key (Go, crypto/tls/handshake_server.go). */
function checkKeyExchange({ declared }: TlsPath, tls: TlsBlueprint, { identities, findings }: TlsContext): void {
  if (tls.keyExchange !== 'rsa') return
  const place = ['paths', declared, 'tls', 'key-exchange']
  if (tls.version !== '1.2') {
    const message = `TLS ${tls.version} has no RSA key exchange; TLS 1.2 has it`
    findings.contradict(place, message, { hint: 'add version: "1.2"' })
  }
  const certificate = identities.get(tls.serverCertificate)
  if (certificate?.kind !== 'certificate' || certificate.key === 'rsa-2048') return
  const message = `an RSA key exchange needs an RSA key, and ${tls.serverCertificate} has an ${certificate.key} key`
  const hint = 'name a certificate with key: rsa-2048 as identity'
  findings.contradict(place, message, { hint })
}

function isToKubelet({ defaults }: TlsPath): boolean {
  return defaults.server === 'kubelet'
}

function verifyOf(path: TlsPath, context: TlsContext): TlsBlueprint['verify'] {
  return path.section.tls?.verify ?? kubeletSettings(path, context)?.verify ?? path.defaults.verify
}

/** Returns the settings of the apiserver as a client of kubelets, or undefined for other paths. */
function kubeletSettings(path: TlsPath, { cluster }: TlsContext): KubeletClientSettings | undefined {
  return isToKubelet(path) && cluster !== null ? kubeletClientSettings(cluster.apiserver) : undefined
}

/**
 * Returns the TLS parameters that both ends negotiate. Kubelets and kubectl can have versions of their own; other ends
 * have the version of the scenario.
 */
function negotiatedOn(path: TlsPath, { cluster, version, hosts }: TlsContext): NegotiatedTls {
  if (version === null) return { version: path.defaults.tlsVersion, keyExchange: 'x25519' }
  const versionOn = (host: string) => cluster?.kubelets.get(host)?.version ?? version
  const { party } = pathKind(path.kind).ends.from
  const ofUser = party === 'user' ? hosts.get(path.from.host)?.kubernetes : undefined
  const client = ofUser ?? (party === 'kubelet' ? versionOn(path.from.host) : version)
  return negotiatedTls(client, isToKubelet(path) ? versionOn(path.to.host) : version)
}

function serverCertificateOf(paths: readonly TlsPath[], context: TlsContext): string {
  const { identities, findings } = context
  const [{ server, serverPort }] = paths
  const named = paths.filter(({ section }) => section.tls?.identity !== undefined)
  for (const path of named) {
    const identity = path.section.tls!.identity!
    const place = ['paths', path.declared, 'tls', 'identity']
    checkIdentity(place, identity, 'certificate', context)
    const first = named[0]
    if (identity !== first.section.tls!.identity) {
      findings.contradict(
        place,
        `${server.name}:${serverPort} presents ${first.section.tls!.identity} on the path ${first.name}, so it cannot present ${identity} on this path`,
        { hint: 'give one of the paths another port' },
      )
    }
  }
  if (named.length > 0) return named[0].section.tls!.identity!
  if (server.certificate !== undefined) {
    checkIdentity(['hosts', server.name, 'certificate'], server.certificate, 'certificate', context)
    return server.certificate
  }
  if (!paths.some(isToKubelet)) return identities.servingCertificate(server.name, server.addresses)
  return paths.some((path) => verifyOf(path, context) !== 'none')
    ? identities.issuedKubeletCertificate(server.name, server.addresses)
    : identities.selfSignedKubeletCertificate(server.name, context.version)
}

function clientCaOf(
  paths: readonly TlsPath[],
  clients: ReadonlyMap<string, TlsBlueprint['client']>,
  context: TlsContext,
): string | null {
  let chosen: string | null = null
  for (const path of paths) {
    const { name, declared, section, server, serverPort } = path
    const explicit = section.tls?.['client-ca']
    const place = ['paths', declared, 'tls', 'client-ca']
    if (explicit !== undefined) checkIdentity(place, explicit, 'ca', context)
    const configured = configuredClientCa(path, context)
    if (explicit !== undefined && configured !== undefined && explicit !== configured.ca) {
      const message = `${server.name}:${serverPort} trusts ${configured.ca ?? 'no CA'} for client certificates, as ${configured.by} says`
      context.findings.contradict(place, message, { hint: `write ${configured.by} in place of client-ca` })
      continue
    }
    const wanted = explicit ?? configured?.ca ?? neededClientCa(clients.get(name)!, context.identities)
    if (wanted === null) continue
    if (chosen !== null && chosen !== wanted) {
      context.findings.contradict(
        place,
        `another path makes ${server.name}:${serverPort} trust ${chosen} for client certificates, and this path needs ${wanted}`,
      )
    }
    chosen ??= wanted
  }
  const asks = paths.some(({ defaults }) => defaults.requestsCertificate)
  return chosen ?? (asks ? context.identities.defaultCa() : null)
}

/**
 * Returns the client CA that a cluster configures, and the setting that configures it; undefined for servers of other
 * programs.
 */
function configuredClientCa(
  path: TlsPath,
  { cluster }: TlsContext,
): { readonly ca: string | null; readonly by: string } | undefined {
  if (cluster === null) return undefined
  const node = isToKubelet(path) ? cluster.kubelets.get(path.server.name) : undefined
  if (node !== undefined) return { ca: node.kubelet.clientCa, by: 'authentication.x509.clientCAFile of the kubelet' }
  if (!path.defaults.requestsCertificate || isToKubelet(path)) return undefined
  return { ca: cluster.apiserver.clientCa, by: '--client-ca-file of the apiserver' }
}

/** Returns the CA that a server must trust to accept a client's certificate; null if the client presents none. */
function neededClientCa(client: TlsBlueprint['client'], identities: Identities): string | null {
  if (client.kind !== 'certificate') return null
  const certificate = identities.get(client.certificate)
  return certificate?.kind === 'certificate' ? (certificate.issuer ?? identities.defaultCa()) : null
}

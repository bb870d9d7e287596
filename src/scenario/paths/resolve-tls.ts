import {
  type KubeletClientSettings,
  kubeletClientSettings,
  type NegotiatedTls,
  negotiatedTls,
} from '../../cluster/paths/connection-settings.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { TlsBlueprint } from '../../simulation/blueprint.ts'
import type { Identities } from '../identities/identities.ts'
import type { ResolvedEnds } from './resolve-ends.ts'
import { type ClientContext, checkIdentity, clientOf } from './resolve-tls-client.ts'

/** A path over TLS, with all that its server needs to know to be one server for all paths that lead to it. */
export interface TlsPath extends ResolvedEnds {
  readonly server: {
    readonly name: string
    readonly addresses: readonly string[]
    readonly certificate: string | undefined
  }
}

export interface TlsContext extends ClientContext {
  readonly version: KubernetesVersion | null
}

/** The paths to one port of one host: one server, so one certificate and one rule about clients. */
export function resolveServer(paths: readonly TlsPath[], context: TlsContext): Map<string, TlsBlueprint> {
  const clients = new Map(paths.map((path) => [path.name, clientOf(path, context)]))
  const serverCertificate = serverCertificateOf(paths, context)
  const clientCa = clientCaOf(paths, clients, context)
  return new Map(
    paths.map((path) => {
      const { name, declared, section } = path
      const { tls } = section
      if (tls?.ca !== undefined) checkIdentity(['paths', declared, 'tls', 'ca'], tls.ca, 'ca', context)
      const negotiated = negotiatedOn(path, context)
      const blueprint: TlsBlueprint = {
        version: tls?.version ?? negotiated.version,
        verify: verifyOf(path, context),
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

/** Go's server finds no cipher suite in common, where the key of its certificate is none that decrypts. */
function checkKeyExchange({ declared }: TlsPath, tls: TlsBlueprint, { identities, findings }: TlsContext): void {
  if (tls.keyExchange !== 'rsa') return
  const place = ['paths', declared, 'tls', 'key-exchange']
  if (tls.version !== '1.2') {
    const message = `TLS ${tls.version} has no key exchange by RSA, only 1.2 and before have`
    findings.contradict(place, message, { hint: 'say version: "1.2" beside it' })
  }
  const certificate = identities.get(tls.serverCertificate)
  if (certificate?.kind !== 'certificate' || certificate.key === 'rsa-2048') return
  const message = `nothing can be encrypted to the ${certificate.key} key of ${tls.serverCertificate}`
  const hint = 'name a certificate of key: rsa-2048 as identity'
  findings.contradict(place, message, { hint })
}

function isToKubelet({ defaults }: TlsPath): boolean {
  return defaults.server === 'kubelet'
}

function verifyOf(path: TlsPath, context: TlsContext): TlsBlueprint['verify'] {
  return path.section.tls?.verify ?? kubeletSettings(path, context)?.verify ?? path.defaults.verify
}

/** undefined: the path does not lead to a kubelet of a cluster. */
function kubeletSettings(path: TlsPath, { cluster }: TlsContext): KubeletClientSettings | undefined {
  return isToKubelet(path) && cluster !== null ? kubeletClientSettings(cluster.apiserver) : undefined
}

/** A kubelet has the version of its node, every other program that of the scenario. */
function negotiatedOn(path: TlsPath, { cluster, version }: TlsContext): NegotiatedTls {
  if (version === null) return { version: path.defaults.tlsVersion, keyExchange: 'x25519' }
  const versionOn = (host: string) => cluster?.kubelets.get(host)?.version ?? version
  const client = pathKind(path.kind).ends.from.party === 'kubelet' ? versionOn(path.from.host) : version
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
        `${server.name}:${serverPort} presents ${first.section.tls!.identity} to the path ${first.name}, and cannot present ${identity} to this one`,
        { hint: 'give one of the paths a port of its own' },
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
    : identities.selfSignedKubeletCertificate(server.name)
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
    const wanted =
      explicit ?? configuredClientCa(path, context) ?? neededClientCa(clients.get(name)!, context.identities)
    if (wanted === null) continue
    if (chosen !== null && chosen !== wanted) {
      context.findings.contradict(
        place,
        `${server.name}:${serverPort} trusts ${chosen} for client certificates because of another path, and this one needs ${wanted}`,
      )
    }
    chosen ??= wanted
  }
  const asks = paths.some(({ defaults }) => defaults.requestsCertificate)
  return chosen ?? (asks ? context.identities.defaultCa() : null)
}

/** What the apiserver (`--client-ca-file`) or a kubelet (`x509.clientCAFile`) is told, in a cluster. */
function configuredClientCa(path: TlsPath, { cluster }: TlsContext): string | null {
  if (cluster === null) return null
  if (isToKubelet(path)) return cluster.kubelets.get(path.server.name)?.kubelet.clientCa ?? null
  return path.defaults.requestsCertificate ? cluster.apiserver.clientCa : null
}

/** The CA that a server must trust to accept the certificate of `client`; null: it presents none. */
function neededClientCa(client: TlsBlueprint['client'], identities: Identities): string | null {
  if (client.kind !== 'certificate') return null
  const certificate = identities.get(client.certificate)
  return certificate?.kind === 'certificate' ? (certificate.issuer ?? identities.defaultCa()) : null
}

import { defaultsOf } from '../cluster/path-kinds.ts'
import type { PathKindName, TlsBlueprint } from '../simulation/blueprint.ts'
import type { Findings } from './findings.ts'
import type { Identities } from './identities.ts'
import type { PathSection } from './schema/paths.ts'

/** A path over TLS, with all that its server needs to know to be one server for all paths that lead to it. */
export interface TlsPath {
  readonly name: string
  readonly kind: PathKindName
  readonly section: PathSection
  readonly to: {
    readonly name: string
    readonly addresses: readonly string[]
    readonly certificate: string | undefined
  }
  readonly port: number
}

/** The paths to one port of one host: one server, so one certificate and one rule about clients. */
export function resolveServer(
  paths: readonly TlsPath[],
  identities: Identities,
  findings: Findings,
): Map<string, TlsBlueprint> {
  const clients = new Map(paths.map((path) => [path.name, clientOf(path, identities, findings)]))
  const serverCertificate = serverCertificateOf(paths, identities, findings)
  const clientCa = clientCaOf(paths, clients, identities, findings)
  return new Map(
    paths.map(({ name, kind, section: { tls } }) => {
      const defaults = defaultsOf(kind)
      if (tls?.ca !== undefined) checkKind(['paths', name, 'tls', 'ca'], tls.ca, 'ca', identities, findings)
      const blueprint: TlsBlueprint = {
        version: tls?.version ?? defaults.tlsVersion,
        verify: tls?.verify ?? defaults.verify,
        ca: tls?.ca ?? identities.defaultCa(),
        serverCertificate,
        clientCa,
        client: clients.get(name)!,
        keyExchange: tls?.['key-exchange'] ?? 'x25519',
      }
      return [name, blueprint]
    }),
  )
}

function clientOf(path: TlsPath, identities: Identities, findings: Findings): TlsBlueprint['client'] {
  const wanted = path.section.tls?.client ?? defaultsOf(path.kind).client
  const place = ['paths', path.name, 'tls', 'client']
  if (wanted === 'none') return { kind: 'none' }
  if (wanted === 'certificate') {
    const isKubelet = path.kind === 'apiserver-kubelet'
    return {
      kind: 'certificate',
      certificate: isKubelet ? identities.kubeletClientCertificate() : identities.clientCertificate(path.section.from),
    }
  }
  if (wanted === 'token') return { kind: 'token', token: onlyToken(place, identities, findings) }
  const { certificate, token } = wanted
  if ((certificate === undefined) === (token === undefined)) {
    findings.report(place, 'contradiction', 'name either a certificate or a token', {
      hint: 'write it like { certificate: NAME }',
    })
    return { kind: 'none' }
  }
  if (certificate !== undefined) {
    checkKind([...place, 'certificate'], certificate, 'certificate', identities, findings)
    return { kind: 'certificate', certificate }
  }
  checkKind([...place, 'token'], token!, 'service-account-token', identities, findings)
  return { kind: 'token', token: token! }
}

function onlyToken(place: readonly string[], identities: Identities, findings: Findings): string {
  const tokens = identities.all
    .filter(({ kind, name }) => kind === 'service-account-token' && name !== 'default-token')
    .map(({ name }) => name)
  if (tokens.length > 1)
    findings.report(place, 'contradiction', `several tokens are declared: ${tokens.join(', ')}`, {
      hint: `say which: { token: ${tokens[0]} }`,
    })
  return tokens[0] ?? identities.defaultToken()
}

function checkKind(
  place: readonly string[],
  name: string,
  kind: 'ca' | 'certificate' | 'service-account-token',
  identities: Identities,
  findings: Findings,
): void {
  if (kind === 'ca') identities.defaultCa()
  const candidates = new Map(
    identities.all.filter((identity) => identity.kind === kind).map((identity) => [identity.name, identity]),
  )
  const found = identities.get(name)
  if (found === undefined) findings.checkName(place, kind, name, candidates)
  else if (found.kind !== kind) findings.report(place, 'contradiction', `${name} is of kind ${found.kind}, not ${kind}`)
}

function serverCertificateOf(paths: readonly TlsPath[], identities: Identities, findings: Findings): string {
  const [{ to, port }] = paths
  const named = paths.filter(({ section }) => section.tls?.identity !== undefined)
  for (const path of named) {
    const identity = path.section.tls!.identity!
    const place = ['paths', path.name, 'tls', 'identity']
    checkKind(place, identity, 'certificate', identities, findings)
    const first = named[0]
    if (identity !== first.section.tls!.identity) {
      findings.report(
        place,
        'contradiction',
        `${to.name}:${port} presents ${first.section.tls!.identity} to the path ${first.name}, and cannot present ${identity} to this one`,
        { hint: 'give one of the paths a port of its own' },
      )
    }
  }
  if (named.length > 0) return named[0].section.tls!.identity!
  if (to.certificate !== undefined) {
    checkKind(['hosts', to.name, 'certificate'], to.certificate, 'certificate', identities, findings)
    return to.certificate
  }
  const kubelets = paths.filter(({ kind }) => defaultsOf(kind).server === 'kubelet')
  if (kubelets.length === 0) return identities.servingCertificate(to.name, to.addresses)
  const isVerified = paths.some(({ kind, section }) => (section.tls?.verify ?? defaultsOf(kind).verify) === 'ca')
  return isVerified
    ? identities.issuedKubeletCertificate(to.name, to.addresses)
    : identities.selfSignedKubeletCertificate(to.name)
}

function clientCaOf(
  paths: readonly TlsPath[],
  clients: ReadonlyMap<string, TlsBlueprint['client']>,
  identities: Identities,
  findings: Findings,
): string | null {
  let chosen: string | null = null
  for (const { name, section, to, port } of paths) {
    const explicit = section.tls?.['client-ca']
    const place = ['paths', name, 'tls', 'client-ca']
    if (explicit !== undefined) checkKind(place, explicit, 'ca', identities, findings)
    const wanted = explicit ?? issuerOf(clients.get(name)!, identities)
    if (wanted === null) continue
    if (chosen !== null && chosen !== wanted) {
      findings.report(
        place,
        'contradiction',
        `${to.name}:${port} trusts ${chosen} for client certificates because of another path, and this one needs ${wanted}`,
      )
    }
    chosen ??= wanted
  }
  const asks = paths.some(({ kind }) => defaultsOf(kind).asksForCertificate)
  return chosen ?? (asks ? identities.defaultCa() : null)
}

function issuerOf(client: TlsBlueprint['client'], identities: Identities): string | null {
  if (client.kind !== 'certificate') return null
  const certificate = identities.get(client.certificate)
  return certificate?.kind === 'certificate' ? (certificate.issuer ?? identities.defaultCa()) : null
}

import { formatAddress } from '../../../network/address-book.ts'
import type { Certificate } from '../../../security/certificate.ts'
import type { IssuedCertificate, TlsClient, TlsServer } from '../../../security/tls-parameters.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'

export interface AgentCertificates {
  readonly authority: Certificate
  readonly server: IssuedCertificate
  readonly serverName: string
}

/** A year, as kubeadm gives; the authority ten. */
const LIFETIME_S = 365 * 24 * 3600

/** The cluster's authority vouches for both sides (examples/kubernetes: --cluster-cert, --cluster-ca-cert). */
export function certificatesOf(server: string, { hostIndex, addresses }: PlannedNetwork): AgentCertificates {
  const serverName = formatAddress(addresses.valueOf(addresses.mainAddressOf(lookUp(hostIndex, server))))
  const authority: Certificate = {
    name: `konnectivity/${server}/ca`,
    issuer: null,
    cn: 'kubernetes',
    organizations: [],
    sans: ['kubernetes'],
    usages: [],
    key: 'rsa-2048',
    notBeforeS: -10 * LIFETIME_S,
    notAfterS: 10 * LIFETIME_S,
    isAuthority: true,
  }
  const certificate = leaf(`konnectivity/${server}`, authority, 'kube-apiserver', [server, serverName], 'server')
  return { authority, server: { certificate, issuer: authority }, serverName }
}

function leaf(
  name: string,
  issuer: Certificate,
  cn: string,
  sans: readonly string[],
  usage: 'server' | 'client',
): Certificate {
  return {
    name,
    issuer: issuer.name,
    cn,
    organizations: [],
    sans,
    usages: [usage],
    key: 'rsa-2048',
    notBeforeS: 0,
    notAfterS: LIFETIME_S,
    isAuthority: false,
  }
}

/** What agents of the cluster show where certificates are asked for. */
export function ownCertificate(name: string, { authority }: AgentCertificates): IssuedCertificate {
  return { certificate: leaf(name, authority, 'system:konnectivity-agent', [], 'client'), issuer: authority }
}

export function tlsOfAgent(
  { authority, serverName }: AgentCertificates,
  presents: IssuedCertificate | null,
): TlsClient {
  return {
    version: '1.3',
    keyExchange: 'x25519',
    alpn: ['h2'],
    serverName,
    trusts: authority,
    expectedCommonName: null,
    presents,
    recordSizing: 'go',
  }
}

/** With a CA for agents it insists on their certificates (cmd/server/app/server.go), else it asks for none. */
export function tlsOfServer({ authority, server }: AgentCertificates, isByCertificate: boolean): TlsServer {
  return {
    presents: server,
    clientCertificates: isByCertificate ? 'required' : 'none',
    clientAuthority: isByCertificate ? authority : null,
    protocol: 'h2',
    recordSizing: 'go',
  }
}

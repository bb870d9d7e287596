import { sshClientOf } from '../../cluster/tunnels/ssh-tunneler-client.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { assert } from '../../engine/assert.ts'
import type { Token } from '../../security/bearer-token.ts'
import type { Certificate } from '../../security/certificate.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import type { SshClientParameters, SshServerParameters } from '../../security/ssh-parameters.ts'
import { OPENSSH_10_0, type SshServer, X_CRYPTO_0_31 } from '../../security/ssh-peers.ts'
import type { IssuedCertificate, TlsClient } from '../../security/tls-parameters.ts'
import type {
  Blueprint,
  CertificateAuthorityBlueprint,
  CertificateBlueprint,
  HostBlueprint,
  IdentityBlueprint,
  PathBlueprint,
  TlsBlueprint,
  TokenBlueprint,
} from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { named } from '../lookups/lookups.ts'
import { sshHostKeyName } from '../lookups/members.ts'

/** The certificates and tokens of a scenario, by name. */
export class Identities {
  private readonly certificates = new Map<string, Certificate>()
  private readonly tokens = new Map<string, Token>()
  private readonly chained = new Set<string>()

  constructor(identities: readonly IdentityBlueprint[]) {
    const authorities = new Map(identities.flatMap((one) => (one.kind === 'ca' ? [[one.name, one] as const] : [])))
    const keyNameOf = (ca: string) => authorities.get(ca)?.keyOf ?? ca
    // A scenario with problems, which names others too, is still checked on.
    const plain = (names: readonly string[]) =>
      names.flatMap((ca) => (authorities.has(ca) ? [authority(authorities.get(ca)!, keyNameOf)] : []))
    for (const identity of identities) {
      if (identity.kind === 'ca') {
        const bundle = identity.bundle === undefined ? {} : { bundle: plain(identity.bundle) }
        this.certificates.set(identity.name, { ...authority(identity, keyNameOf), ...bundle })
      } else if (identity.kind === 'certificate') {
        const chain = identity.chain === undefined ? {} : { chain: plain(identity.chain) }
        this.certificates.set(identity.name, { ...leaf(identity, keyNameOf), ...chain })
        if (identity.includesIssuer === true) this.chained.add(identity.name)
      } else this.tokens.set(identity.name, withoutPod(identity))
    }
  }

  certificate(name: string): Certificate {
    const certificate = this.certificates.get(name)
    assert(certificate !== undefined, `a checked scenario names certificates that exist: ${name}`)
    return certificate
  }

  issued(name: string): IssuedCertificate {
    const certificate = this.certificate(name)
    const { chain } = certificate
    return {
      ...this.withIssuer(certificate),
      ...(this.chained.has(name) ? { isIssuerSent: true } : {}),
      ...(chain === undefined ? {} : { chain: chain.map((one) => this.withIssuer(one)) }),
    }
  }

  private withIssuer(certificate: Certificate): IssuedCertificate {
    const issuer = certificate.issuer === null ? certificate : this.certificate(certificate.issuer)
    return { certificate, issuer }
  }

  token(name: string): Token {
    const token = this.tokens.get(name)
    assert(token !== undefined, `a checked scenario names tokens that exist: ${name}`)
    return token
  }
}

function withoutPod({ origin: _origin, ...token }: TokenBlueprint): Token {
  return { ...token, boundPod: null }
}

/** The lifetime of CAs: ten years, as kubeadm creates them. */
const AUTHORITY_LIFETIME_S = 10 * 365 * 24 * 3600

function authority(
  {
    name,
    cn,
    key,
    sans = [cn],
    issuer,
    keyOf,
    maximumPathLength,
    nameConstraints,
    ...dates
  }: CertificateAuthorityBlueprint,
  keyNameOf: (ca: string) => string,
): Certificate {
  const { notBeforeS = -AUTHORITY_LIFETIME_S, notAfterS = AUTHORITY_LIFETIME_S } = dates
  return {
    name,
    issuer: issuer === undefined ? null : keyNameOf(issuer),
    cn,
    organizations: [],
    sans,
    usages: [],
    key,
    notBeforeS,
    notAfterS,
    isAuthority: true,
    ...(keyOf === undefined ? {} : { keyOf }),
    ...(maximumPathLength === undefined ? {} : { maximumPathLength }),
    ...(nameConstraints === undefined ? {} : { nameConstraints }),
  }
}

/** Returns a certificate that names its issuer by the name of its key. */
function leaf(
  { name, issuer: ca, cn, organizations, sans, usages, key, notBeforeS, notAfterS }: CertificateBlueprint,
  keyNameOf: (ca: string) => string,
): Certificate {
  const issuer = ca === null ? null : keyNameOf(ca)
  return { name, issuer, cn, organizations, sans, usages, key, notBeforeS, notAfterS, isAuthority: false }
}

/** A list of distinct values. */
export class Pool<T> {
  readonly values: T[] = []
  private readonly indexByKey = new Map<string, number>()
  private readonly keyOf: (value: T) => string

  /** `keyOf` returns a key that equal values share. */
  constructor(keyOf: (value: T) => string = JSON.stringify) {
    this.keyOf = keyOf
  }

  add(value: T): number {
    const key = this.keyOf(value)
    const known = this.indexByKey.get(key)
    if (known !== undefined) return known
    this.indexByKey.set(key, this.values.length)
    return this.values.push(value) - 1
  }
}

/** Plans the TLS client of a path. `server` is the dialled name. `isHttp2`: it also offers HTTP/2. */
export function planTlsClient(
  tls: TlsBlueprint,
  path: PathBlueprint,
  server: string,
  isHttp2: boolean,
  { lookups }: ExpandedBlueprint,
  identities: Identities,
): TlsClient {
  return {
    version: tls.version,
    keyExchange: tls.keyExchange,
    // Clients of kubelets use HTTP/1.1 and offer no protocol (SetOldTransportDefaults), as for an upgrade.
    alpn: isHttp2 ? ['h2', 'http/1.1'] : [],
    serverName: server,
    trusts: tls.verify === 'none' ? null : identities.certificate(tls.ca),
    expectedCommonName: tls.verify === 'ca+cn' ? `system:node:${path.insteadOf?.node ?? path.to}` : null,
    presents: tls.client.kind === 'certificate' ? identities.issued(tls.client.certificate) : null,
    recordSizing: recordSizing(named(lookups.hosts, path.from)),
  }
}

/** Returns how the TLS implementation of a host chooses the size of records. */
export function recordSizing({ cpu }: HostBlueprint): 'go' | 'fixed' {
  return CPU_PROFILES[cpu].recordSizing
}

/** The user name of SSH tunnels without a cluster, as in the Kubernetes documentation. */
const TUNNEL_USER = 'kubernetes'
/** The longest user name (pkg/master/tunneler/ssh.go, Run). */
const LONGEST_USER_NAME = 32

/** Plans the SSH client of a tunnel to `via`. */
export function planSshClient(via: string, hostKey: 'ignore' | 'check', { cluster }: Blueprint): SshClientParameters {
  return {
    peer: cluster === null ? X_CRYPTO_0_31 : sshClientOf(cluster.version),
    server: sshServer(cluster),
    user: (cluster?.apiserver.configuration.sshUser ?? TUNNEL_USER).slice(0, LONGEST_USER_NAME),
    userKey: 'rsa-2048',
    expectedHostKey: hostKey === 'check' ? sshHostKeyName(via) : null,
  }
}

/** Plans the SSH server on a host. */
export function planSshServer(host: string, { cluster }: Blueprint): SshServerParameters {
  return { peer: sshServer(cluster), hostKey: sshHostKeyName(host) }
}

/** Returns the SSH server of nodes. In releases with SSH tunnels it accepts the apiserver's SHA-1 signatures. */
function sshServer(cluster: ClusterBlueprint | null): SshServer {
  const acceptsSshRsa = cluster !== null && abilitiesOf(cluster.version).apiserver.sshTunnels
  return acceptsSshRsa ? { ...OPENSSH_10_0, acceptsSshRsa } : OPENSSH_10_0
}

/** Returns the bearer token that a path's client sends; null for none. */
export function tokenOf(tls: TlsBlueprint | null, identities: Identities): Token | null {
  return tls?.client.kind === 'token' ? identities.token(tls.client.token) : null
}

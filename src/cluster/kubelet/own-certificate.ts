import { abilitiesOf } from '../versions/abilities.ts'
import { DEFAULT_VERSION, type KubernetesVersion } from '../versions/kubernetes-version.ts'

/** The serving certificate that a kubelet makes for itself, and the CA that signs it. */
export interface OwnCertificate {
  readonly cn: string
  readonly sans: readonly string[]
  readonly key: 'rsa-2048'
  /**
   * The CA, which the kubelet makes only for this certificate. The CA's certificate follows in the same file, and its
   * key is discarded. null: the certificate is self-signed.
   */
  readonly authority: { readonly cn: string; readonly key: 'rsa-2048' } | null
}

/** The Unix time in the common names of such certificates. Its value has no effect but its ten digits. */
const MADE_AT_S = 1_795_478_400

/**
 * Returns the certificate that a kubelet without another one makes when it first starts, and keeps in kubelet.crt. It
 * is valid for the host name, contains no address, and is never renewed (cmd/kubelet/app/server.go, initializing TLS;
 * client-go util/cert/cert.go, GenerateSelfSignedCertKey).
 *
 * @param version the kubelet's version; null for the default version
 */
export function ownCertificateOf(host: string, version: KubernetesVersion | null): OwnCertificate {
  const { servingIssuer } = abilitiesOf(version ?? DEFAULT_VERSION).kubelet
  return {
    cn: `${host}@${MADE_AT_S}`,
    sans: [host],
    key: 'rsa-2048',
    authority: servingIssuer === 'itself' ? null : { cn: `${host}-ca@${MADE_AT_S}`, key: 'rsa-2048' },
  }
}

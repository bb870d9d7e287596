import { egressSelector as egressSelectorFlag } from '../flags/apiserver/egress-selector-config-file.ts'
import { enableKubeletCertCnValidation } from '../flags/apiserver/enable-kubelet-cert-cn-validation.ts'
import { kubeletCertificateAuthority } from '../flags/apiserver/kubelet-certificate-authority.ts'
import { sshUser as sshUserFlag } from '../flags/apiserver/ssh-user.ts'
import type { ApiserverConfiguration } from '../flags/configuration.ts'
import { abilitiesOf } from '../versions/abilities.ts'
import type { KubernetesVersion } from '../versions/kubernetes-version.ts'

// The parts of a connection between cluster components that their versions and flags decide.

export interface NegotiatedTls {
  readonly version: '1.2' | '1.3'
  readonly keyExchange: 'x25519' | 'x25519mlkem768'
}

/**
 * The newest TLS version and key exchange that both ends support, from the Go version that their releases are built
 * with.
 */
export function negotiatedTls(client: KubernetesVersion, server: KubernetesVersion): NegotiatedTls {
  const { newestVersion, keyExchange } = abilitiesOf(client.minor < server.minor ? client : server).tls
  // Go 1.7 negotiates P-256. It is simulated as X25519, which needs the same messages and about the same CPU time.
  return { version: newestVersion, keyExchange: keyExchange === 'x25519mlkem768' ? keyExchange : 'x25519' }
}

export interface KubeletClientSettings {
  /**
   * The apiserver's checks of a kubelet's certificate. `ca`: its issuer. `ca+cn`: also that its common name is the
   * node's.
   */
  readonly verify: 'none' | 'ca' | 'ca+cn'
  /** Name of the trusted CA; null if none is configured. */
  readonly ca: string | null
  /** Name of the client certificate that the apiserver sends; null for none. */
  readonly clientCertificate: string | null
  /** The flag that determines what is verified, for reports. */
  readonly origin: string
}

/**
 * Returns the settings with which the apiserver connects to kubelets: what it verifies, and which certificate it sends
 * (pkg/kubelet/client/kubelet_client.go).
 */
export function kubeletClientSettings(configuration: ApiserverConfiguration): KubeletClientSettings {
  const { kubeletCertificateAuthority: ca, kubeletClientCertificate: clientCertificate } = configuration
  if (ca === null) return { verify: 'none', ca, clientCertificate, origin: `no --${kubeletCertificateAuthority.name}` }
  const isNameChecked = configuration.enableKubeletCertCnValidation
  return {
    verify: isNameChecked ? 'ca+cn' : 'ca',
    ca,
    clientCertificate,
    origin: `--${(isNameChecked ? enableKubeletCertCnValidation : kubeletCertificateAuthority).name}`,
  }
}

export interface EgressTunnel {
  readonly kind: 'ssh' | 'konnectivity'
  /** The flag that turns it on, for reports. */
  readonly origin: string
}

/** The settings of a tunnel for which a scenario has none. */
export const TUNNEL_DEFAULTS = { warm: true, hostKey: 'ignore' } as const

/** The tunnel through which the apiserver connects to nodes, pods and services; null if it connects directly. */
export function egressTunnel({ sshUser, egressSelector }: ApiserverConfiguration): EgressTunnel | null {
  if (sshUser !== null) return { kind: 'ssh', origin: `--${sshUserFlag.name}` }
  return egressSelector === 'none' ? null : { kind: 'konnectivity', origin: `--${egressSelectorFlag.name}` }
}

/**
 * Returns the tool that installed the cluster. SSH tunnels worked only on GCE, where kube-up installed Kubernetes
 * (k/k#54433).
 */
export function installerOf(configuration: ApiserverConfiguration): 'kubeadm' | 'gce' {
  return egressTunnel(configuration)?.kind === 'ssh' ? 'gce' : 'kubeadm'
}

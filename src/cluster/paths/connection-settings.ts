import {
  egressSelector as egressSelectorFlag,
  enableKubeletCertCnValidation,
  kubeletCertificateAuthority,
  sshUser as sshUserFlag,
} from '../flags/apiserver-flags.ts'
import type { ApiserverConfiguration } from '../flags/configuration.ts'
import { abilitiesOf } from '../versions/abilities.ts'
import type { KubernetesVersion } from '../versions/kubernetes-version.ts'

// How the components of a cluster connect to each other, as their versions and flags alone decide it.

export interface NegotiatedTls {
  readonly version: '1.2' | '1.3'
  readonly keyExchange: 'x25519' | 'x25519mlkem768'
}

/** The newest TLS version and key exchange that both ends have. */
export function negotiatedTls(client: KubernetesVersion, server: KubernetesVersion): NegotiatedTls {
  const { newestVersion, keyExchange } = abilitiesOf(client.minor < server.minor ? client : server).tls
  // P-256, which Go 1.7 agrees on, takes the flights and the time of X25519.
  return { version: newestVersion, keyExchange: keyExchange === 'x25519mlkem768' ? keyExchange : 'x25519' }
}

export interface KubeletClientSettings {
  /** `ca+cn`: the common name too, which is that of the node. */
  readonly verify: 'none' | 'ca' | 'ca+cn'
  /** The CA that is trusted, by name; null: none is configured. */
  readonly ca: string | null
  /** The client certificate, by name; null: none is sent. */
  readonly clientCertificate: string | null
  /** The flag that decides what is verified. */
  readonly origin: string
}

/** What the apiserver verifies of a kubelet, and sends it (pkg/kubelet/client/kubelet_client.go). */
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
  /** The flag that asks for it. */
  readonly origin: string
}

/** What carries the apiserver's connections into the cluster; null: they go straight over the network. */
export function egressTunnel({ sshUser, egressSelector }: ApiserverConfiguration): EgressTunnel | null {
  if (sshUser !== null) return { kind: 'ssh', origin: `--${sshUserFlag.name}` }
  return egressSelector === 'none' ? null : { kind: 'konnectivity', origin: `--${egressSelectorFlag.name}` }
}

/** What set the cluster up. SSH tunnels worked on GCE only, where kube-up had installed Kubernetes (k/k#54433). */
export function installerOf(configuration: ApiserverConfiguration): 'kubeadm' | 'gce' {
  return egressTunnel(configuration)?.kind === 'ssh' ? 'gce' : 'kubeadm'
}

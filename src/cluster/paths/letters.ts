/** The letters of paths, with the meaning of each. */
export const PATH_LETTERS = {
  A: 'A component on the master (scheduler, controller manager) to the insecure port of the apiserver: plain HTTP without authentication.',
  A2: 'As A, but to the secure port: HTTPS with a client certificate.',
  B: 'A kubelet to the apiserver: HTTPS; the kubelet verifies the apiserver and presents a client certificate.',
  C: 'A pod to the apiserver, by way of the virtual IP of the service `kubernetes`: HTTPS; the pod verifies the apiserver and sends its token.',
  D: 'The apiserver to a kubelet: HTTPS with a client certificate. The apiserver does not verify the kubelet.',
  E: 'As D, but the apiserver verifies the kubelet (`--kubelet-certificate-authority`).',
  F: 'As D or E, inside an SSH tunnel.',
  G: "The apiserver to a node, a pod or a service, with a user's request that it proxies: plain HTTP.",
  H: 'As G, but over HTTPS: encrypted, without verification of the server and without credentials.',
  I: 'As G or H, inside an SSH tunnel, which ends at a node.',
  J: 'The apiserver to a kubelet, a node, a pod or a service, inside a Konnectivity tunnel.',
} as const satisfies Readonly<Record<string, string>>

/** The letter of a path; '' for none. */
export type PathLetter = keyof typeof PATH_LETTERS | ''

/** The protection of a path. The path's letter depends on it. */
export interface Protection {
  /** The TLS verification by the client; null for plain HTTP. */
  readonly tls: { readonly verify: 'none' | 'ca' | 'ca+cn' } | null
  readonly tunnel: { readonly kind: 'ssh' | 'konnectivity' } | null
}

/**
 * The letter of a path that the apiserver's proxy uses: I in an SSH tunnel, J in a Konnectivity tunnel, otherwise H
 * with TLS and G without.
 */
export function proxyLetter({ tls, tunnel }: Protection): PathLetter {
  if (tunnel !== null) return tunnel.kind === 'ssh' ? 'I' : 'J'
  return tls === null ? 'G' : 'H'
}

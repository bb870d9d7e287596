import type { Protection } from './path-kind.ts'

/**
 * The letter of a path that the apiserver's proxy uses: I in an SSH tunnel, J in a Konnectivity tunnel, otherwise H
 * with TLS and G without.
 */
export function proxyLetter({ tls, tunnel }: Protection): string {
  if (tunnel !== null) return tunnel.kind === 'ssh' ? 'I' : 'J'
  return tls === null ? 'G' : 'H'
}

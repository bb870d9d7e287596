import type { Protection } from './path-kind.ts'

/** The letter of a path that the apiserver's proxy takes: J or I in a tunnel, else H with TLS and G without. */
export function proxyLetter({ tls, tunnel }: Protection): string {
  if (tunnel !== null) return tunnel.kind === 'ssh' ? 'I' : 'J'
  return tls === null ? 'G' : 'H'
}

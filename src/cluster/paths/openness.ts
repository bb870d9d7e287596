import type { Openness } from './path-kind.ts'

/** Returns what leaves the apiserver's proxy to pods, services and nodes open. */
export const proxyOpenness: Openness = ({ tls }) => {
  if (tls === null) return "the apiserver's proxy speaks plain HTTP, and no flag changes that"
  return tls.verify === 'none' ? "the apiserver's proxy does not verify certificates, and no flag changes that" : null
}

import { readFileSync } from 'node:fs'

/** A chain to judge. Certificates are in DER, as base64. */
export interface ChainCase {
  readonly id: string
  readonly leaf: string
  readonly roots: readonly string[]
  readonly intermediates: readonly string[]
  /** The name that the leaf must have, an address in brackets; empty for any. */
  readonly name: string
  readonly usages: readonly string[]
  /** RFC 3339. */
  readonly time: string
}

interface LimboCase {
  readonly id: string
  readonly validation_kind: 'CLIENT' | 'SERVER'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly validation_time: string | null
  readonly extended_key_usage: readonly string[]
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null
}

const USAGES: Readonly<Record<string, string>> = {
  anyExtendedKeyUsage: 'any',
  serverAuth: 'server',
  clientAuth: 'client',
}

/** Reads `limbo.json` of C2SP/x509-limbo. Cases without a time are judged at `time`. */
export function readLimbo(file: string, time: string): readonly ChainCase[] {
  const { testcases } = JSON.parse(readFileSync(file, 'utf8')) as { testcases: readonly LimboCase[] }
  return testcases.map((each) => ({
    id: each.id,
    leaf: derOf(each.peer_certificate),
    roots: each.trusted_certs.map(derOf),
    intermediates: each.untrusted_intermediates.map(derOf),
    name: nameOf(each.expected_peer_name),
    usages: usagesOf(each),
    time: each.validation_time ?? time,
  }))
}

function derOf(pem: string): string {
  return pem.replace(/-----[^-]*-----|\s/g, '')
}

function nameOf(name: LimboCase['expected_peer_name']): string {
  if (name === null) return ''
  return name.kind === 'IP' ? `[${name.value}]` : name.value
}

function usagesOf({ extended_key_usage: usages, validation_kind: kind }: LimboCase): readonly string[] {
  if (usages.length > 0) return usages.map((usage) => USAGES[usage] ?? usage)
  return [kind === 'CLIENT' ? 'client' : 'server']
}

import { ipBytes, ipText, isSameIp } from './ip-bytes.ts'
import type { AlternativeName, ParsedCertificate } from './parsed-certificate.ts'

/**
 * Returns Go's error if a certificate is not for a name, and null if it is (VerifyHostname). An address may stand in
 * brackets. The common name does not count.
 */
export function hostNameError(certificate: ParsedCertificate, expected: string): string | null {
  const names = certificate.names ?? []
  const bare = expected.length >= 3 && /^\[.*\]$/.test(expected) ? expected.slice(1, -1) : expected
  if (hasName(names, expected)) return null
  const host = ipBytes(bare) === null ? expected : bare
  if (certificate.names === null && matchesHost(certificate.cn, host))
    return 'x509: certificate relies on legacy Common Name field, use SANs instead'
  const isAddress = ipBytes(host) !== null
  const own = names.flatMap(({ kind, value }) =>
    kind !== (isAddress ? 'ip' : 'dns') ? [] : [isAddress ? ipText(value) : value],
  )
  if (isAddress && own.length === 0)
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`
  const valid = own.join(', ')
  return valid === ''
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${valid}, not ${host}`
}

/** Returns whether one of the names is the expected one: an address only by an address, a host by DNS names. */
export function hasName(names: readonly AlternativeName[], expected: string): boolean {
  const address = ipBytes(/^\[.+\]$/.test(expected) ? expected.slice(1, -1) : expected)
  if (address !== null) return names.some(({ kind, value }) => kind === 'ip' && isSameIp(value, address))
  const host = lowerCaseAscii(expected)
  const isValid = isHostName(host, false)
  return names.some(({ kind, value }) => kind === 'dns' && isNameOf(value, host, isValid))
}

/** Wildcards and a dot at the end count only where both are valid host names. */
function isNameOf(name: string, host: string, isValid: boolean): boolean {
  if (isValid && isHostName(name, true)) return matchesHost(name, host)
  return name !== '' && name !== '.' && host !== '' && host !== '.' && lowerCaseAscii(name) === host
}

/** The first label of a pattern may be `*`. */
function isHostName(text: string, isPattern: boolean): boolean {
  const host = isPattern || !text.endsWith('.') ? text : text.slice(0, -1)
  if (host === '*') return false
  return host
    .split('.')
    .every((label, at) => (isPattern && at === 0 && label === '*') || /^[a-z0-9A-Z_][-a-z0-9A-Z_]*$/.test(label))
}

function matchesHost(pattern: string, text: string): boolean {
  const host = text.endsWith('.') ? text.slice(0, -1) : text
  if (pattern === '' || host === '') return false
  const wanted = lowerCaseAscii(pattern).split('.')
  const labels = lowerCaseAscii(host).split('.')
  return (
    wanted.length === labels.length && wanted.every((label, at) => (at === 0 && label === '*') || label === labels[at])
  )
}

/** Converts ASCII letters only, because the rules of a locale differ between JavaScript engines. */
function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

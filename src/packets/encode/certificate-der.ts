import { type Certificate, type KeyAlgorithm, keyNameOf, type NameConstraints } from '../../security/certificate.ts'
import { addressRangeOf, ipBytes } from '../../security/x509/ip-bytes.ts'
import * as der from './der.ts'
import { utcTime } from './epoch.ts'
import { fillerOf } from './filler.ts'

/**
 * Returns a certificate in DER (RFC 5280 section 4.1), with the fields that `certificateSizeBytes` counts. Keys,
 * signatures and serial numbers are filler, because cryptography is symbolic.
 */
export function certificateDer(certificate: Certificate, issuer: Certificate): Uint8Array {
  const name = `certificate/${certificate.name}`
  const algorithm = signatureAlgorithm(issuer.key)
  const toBeSigned = der.sequence(
    der.tagged(0xa0, der.smallInteger(2)),
    der.integer(63, fillerOf(`${name}/serial`, 8)),
    algorithm,
    distinguishedName(issuer),
    der.sequence(time(certificate.notBeforeS), time(certificate.notAfterS)),
    distinguishedName(certificate),
    publicKeyInfo(certificate.key, keyNameOf(certificate)),
    der.tagged(0xa3, extensions(certificate, issuer)),
  )
  return der.sequence(toBeSigned, algorithm, der.bitString(signature(issuer.key, `${name}/signature`)))
}

/** Returns a signature of the size that `signatureBytes` gives. */
export function signature(key: KeyAlgorithm, name: string): Uint8Array {
  switch (key) {
    case 'ecdsa-p256':
      return der.sequence(der.integer(256, fillerOf(`${name}/r`, 32)), der.integer(255, fillerOf(`${name}/s`, 32)))
    case 'rsa-2048':
      return fillerOf(name, 256)
    case 'ed25519':
      return fillerOf(name, 64)
  }
}

export function distinguishedName({ cn, organizations }: Pick<Certificate, 'cn' | 'organizations'>): Uint8Array {
  const sets: Uint8Array[] = []
  if (organizations.length > 0) sets.push(der.set(...organizations.map((value) => attribute('2.5.4.10', value))))
  if (cn !== '') sets.push(der.set(attribute('2.5.4.3', cn)))
  return der.sequence(...sets)
}

function attribute(type: string, value: string): Uint8Array {
  return der.sequence(der.oid(type), der.text(value))
}

function time(seconds: number): Uint8Array {
  return der.tagged(0x17, new TextEncoder().encode(utcTime(seconds)))
}

function signatureAlgorithm(key: KeyAlgorithm): Uint8Array {
  switch (key) {
    case 'ecdsa-p256':
      return der.sequence(der.oid('1.2.840.10045.4.3.2'))
    case 'rsa-2048':
      return der.sequence(der.oid('1.2.840.113549.1.1.11'), der.NULL)
    case 'ed25519':
      return der.sequence(der.oid('1.3.101.112'))
  }
}

function publicKeyInfo(key: KeyAlgorithm, name: string): Uint8Array {
  switch (key) {
    case 'ecdsa-p256':
      return der.sequence(
        der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.840.10045.3.1.7')),
        der.bitString(Uint8Array.of(0x04, ...fillerOf(`${name}/key`, 64))),
      )
    case 'rsa-2048':
      return der.sequence(
        der.sequence(der.oid('1.2.840.113549.1.1.1'), der.NULL),
        der.bitString(
          der.sequence(der.integer(2048, fillerOf(`${name}/key`, 256)), der.tagged(0x02, Uint8Array.of(1, 0, 1))),
        ),
      )
    case 'ed25519':
      return der.sequence(der.sequence(der.oid('1.3.101.112')), der.bitString(fillerOf(`${name}/key`, 32)))
  }
}

/** The bits digitalSignature and keyEncipherment, and keyCertSign for an authority (RFC 5280 section 4.2.1.3). */
const LEAF_USAGE = der.bitString(Uint8Array.of(0xa0), 5)
const AUTHORITY_USAGE = der.bitString(Uint8Array.of(0xa4), 2)

const KEY_IDENTIFIER_BYTES = 20

function extensions(certificate: Certificate, issuer: Certificate): Uint8Array {
  const { usages, isAuthority, sans, maximumPathLength, nameConstraints } = certificate
  const basicConstraints = [
    ...(isAuthority ? [der.TRUE] : []),
    ...(maximumPathLength === undefined ? [] : [der.smallInteger(maximumPathLength)]),
  ]
  const all = [
    extension('2.5.29.15', isAuthority ? AUTHORITY_USAGE : LEAF_USAGE, true),
    extension('2.5.29.19', der.sequence(...basicConstraints), true),
  ]
  if (usages.length > 0) {
    const purposes = usages.map((usage) => der.oid(usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2'))
    all.push(extension('2.5.29.37', der.sequence(...purposes), false))
  }
  if (isAuthority) all.push(extension('2.5.29.14', der.octetString(keyIdentifier(certificate)), false))
  if (issuer.isAuthority && issuer.name !== certificate.name)
    all.push(extension('2.5.29.35', der.sequence(der.tagged(0x80, keyIdentifier(issuer))), false))
  if (sans.length > 0) all.push(extension('2.5.29.17', der.sequence(...sans.map(alternativeName)), false))
  if (nameConstraints !== undefined) all.push(extension('2.5.29.30', constraintsDer(nameConstraints), true))
  return der.sequence(...all)
}

function constraintsDer({ permitted, excluded }: NameConstraints): Uint8Array {
  const subtrees = (tag: number, names: readonly string[]) =>
    names.length === 0 ? [] : [der.tagged(tag, ...names.map((name) => der.sequence(constraintName(name))))]
  return der.sequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded))
}

function constraintName(name: string): Uint8Array {
  const range = addressRangeOf(name)
  return range === null ? alternativeName(name) : der.tagged(0x87, octets(range.address), octets(range.mask))
}

function octets(hexadecimal: string): Uint8Array {
  return Uint8Array.from(hexadecimal.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16))
}

function extension(oid: string, value: Uint8Array, isCritical: boolean): Uint8Array {
  return der.sequence(der.oid(oid), ...(isCritical ? [der.TRUE] : []), der.octetString(value))
}

function keyIdentifier(certificate: Certificate): Uint8Array {
  return fillerOf(`certificate/${keyNameOf(certificate)}/key-identifier`, KEY_IDENTIFIER_BYTES)
}

/** Returns a GeneralName: an iPAddress [7] of 4 or 16 octets, or a dNSName [2]. */
function alternativeName(san: string): Uint8Array {
  const address = ipBytes(san)
  return address === null ? der.tagged(0x82, new TextEncoder().encode(san)) : der.tagged(0x87, octets(address))
}

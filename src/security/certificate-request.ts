import {
  alternativeNamesBytes,
  type Certificate,
  certificateSizeBytes,
  distinguishedNameBytes,
  publicKeyInfoBytes,
  signatureAlgorithmBytes,
  signatureBytes,
} from './certificate.ts'
import { bitStringBytes, constructedBytes, integerBytes, oidBytes } from './der.ts'

/** A request for `wanted` (PKCS #10, RFC 2986 section 4) in PEM, as Go's x509.CreateCertificateRequest lays it out. */
export function certificateRequestPemBytes(wanted: Pick<Certificate, 'cn' | 'organizations' | 'sans' | 'key'>): number {
  const { key, sans } = wanted
  const information = constructedBytes(
    integerBytes(0), // version 1, held as 0
    distinguishedNameBytes(wanted),
    publicKeyInfoBytes(key),
    sans.length === 0 ? constructedBytes() : constructedBytes(extensionRequestBytes(sans)), // [0]
  )
  const derBytes = constructedBytes(information, signatureAlgorithmBytes(key), bitStringBytes(signatureBytes(key)))
  return pemBytes('CERTIFICATE REQUEST', derBytes)
}

/** The attribute extensionRequest (RFC 2985 section 5.4.2). */
function extensionRequestBytes(sans: readonly string[]): number {
  const extensions = constructedBytes(alternativeNamesBytes(sans))
  return constructedBytes(oidBytes('1.2.840.113549.1.9.14'), constructedBytes(extensions))
}

export function certificatePemBytes(certificate: Certificate, issuer: Certificate): number {
  return pemBytes('CERTIFICATE', certificateSizeBytes(certificate, issuer))
}

/** RFC 7468: lines of 64 characters, each ended, between two that say what it is. */
function pemBytes(label: string, derBytes: number): number {
  const characters = Math.ceil(derBytes / 3) * 4
  const borders = `-----BEGIN ${label}-----\n-----END ${label}-----\n`.length
  return borders + characters + Math.ceil(characters / 64)
}

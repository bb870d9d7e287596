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

/**
 * The size in PEM of a certificate request (PKCS #10, RFC 2986 section 4), as Go's x509.CreateCertificateRequest
 * encodes it.
 */
export function certificateRequestPemBytes(wanted: Pick<Certificate, 'cn' | 'organizations' | 'sans' | 'key'>): number {
  const { key, sans } = wanted
  const information = constructedBytes(
    integerBytes(0), // version 1, encoded as 0
    distinguishedNameBytes(wanted),
    publicKeyInfoBytes(key),
    sans.length === 0 ? constructedBytes() : constructedBytes(extensionRequestBytes(sans)), // [0]
  )
  const derBytes = constructedBytes(information, signatureAlgorithmBytes(key), bitStringBytes(signatureBytes(key)))
  return pemBytes('CERTIFICATE REQUEST', derBytes)
}

/** The size of the attribute extensionRequest (RFC 2985 section 5.4.2). */
function extensionRequestBytes(sans: readonly string[]): number {
  const extensions = constructedBytes(alternativeNamesBytes(sans))
  return constructedBytes(oidBytes('1.2.840.113549.1.9.14'), constructedBytes(extensions))
}

/** The size of a certificate in PEM. */
export function certificatePemBytes(certificate: Certificate, issuer: Certificate): number {
  return pemBytes('CERTIFICATE', certificateSizeBytes(certificate, issuer))
}

/** The size in PEM (RFC 7468): lines of 64 characters in base64 between a BEGIN and an END line. */
function pemBytes(label: string, derBytes: number): number {
  const characters = Math.ceil(derBytes / 3) * 4
  const borders = `-----BEGIN ${label}-----\n-----END ${label}-----\n`.length
  return borders + characters + Math.ceil(characters / 64)
}

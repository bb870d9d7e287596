import { type Certificate, isIpv4Address, type KeyAlgorithm } from '../../security/certificate.ts'
import type { EphemeralKeyExchange } from '../../security/tls-messages.ts'
import {
  type IssuedCertificate,
  negotiatedProtocol,
  sentCertificates,
  type TlsClient,
  type TlsServer,
} from '../../security/tls-parameters.ts'
import { ByteWriter } from './byte-writer.ts'
import { certificateDer, distinguishedName, signature } from './certificate-der.ts'
import { fillerOf } from './filler.ts'

/**
 * Handshake messages of TLS in their real layout: RFC 8446 (1.3), RFC 5246 and RFC 8422 (1.2), with the values of
 * crypto/tls in Go 1.24. The sizes equal those in src/security/tls-messages.ts. Keys and random values are filler.
 */

/** Values of HandshakeType (RFC 8446 section 4, RFC 5246 section 7.4). */
const CLIENT_HELLO = 1
const SERVER_HELLO = 2
const CERTIFICATE = 11
const SERVER_KEY_EXCHANGE = 12
const CERTIFICATE_REQUEST = 13
const SERVER_HELLO_DONE = 14
const CERTIFICATE_VERIFY = 15
const CLIENT_KEY_EXCHANGE = 16

/** Values of ExtensionType (RFC 8446 section 4.2). */
const SERVER_NAME = 0
const STATUS_REQUEST = 5
const SUPPORTED_GROUPS = 10
const EC_POINT_FORMATS = 11
const SIGNATURE_ALGORITHMS = 13
const ALPN = 16
const SIGNED_CERTIFICATE_TIMESTAMP = 18
const EXTENDED_MASTER_SECRET = 23
const SUPPORTED_VERSIONS = 43
const KEY_SHARE = 51
const RENEGOTIATION_INFO = 0xff01

const TLS_1_2 = 0x0303
const TLS_1_3 = 0x0304

/**
 * Go's order of cipher suites with AES in hardware: ECDHE suites of 1.2, then suites with RSA key exchange, then suites
 * of 1.3.
 */
const ECDHE_SUITES = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014]
const RSA_SUITES = [0x009c, 0x009d, 0x002f, 0x0035]
const SUITES_1_3 = [0x1301, 0x1302, 0x1303]

const X25519 = 0x001d
const X25519_MLKEM768 = 0x11ec
const CLASSIC_GROUPS = [X25519, 0x0017, 0x0018, 0x0019]

const X25519_BYTES = 32
const MLKEM768_KEY_BYTES = 1184
const MLKEM768_CIPHERTEXT_BYTES = 1088

const SIGNATURE_SCHEMES = [
  0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603, 0x0201, 0x0203,
]

/** The signature scheme that Go selects for each kind of key; PSS for RSA. */
const SCHEME_OF: Readonly<Record<KeyAlgorithm, number>> = {
  'ecdsa-p256': 0x0403,
  'rsa-2048': 0x0804,
  ed25519: 0x0807,
}

/** The ends of a session, and the names from which the filler of each end derives. */
export interface TlsEnds {
  readonly client: TlsClient
  readonly server: TlsServer
  readonly clientName: string
  readonly serverName: string
}

function message(type: number, write: (body: ByteWriter) => void): Uint8Array {
  return new ByteWriter().number(type, 1).vector(3, write).take()
}

function extension(writer: ByteWriter, type: number, write: (data: ByteWriter) => void = () => {}): void {
  writer.number(type, 2).vector(2, write)
}

function numbers(writer: ByteWriter, values: readonly number[]): void {
  for (const value of values) writer.number(value, 2)
}

export function clientHello(client: TlsClient, name: string): Uint8Array {
  const { keyExchange } = client
  return message(CLIENT_HELLO, (body) => {
    body.number(TLS_1_2, 2).bytes(fillerOf(`${name}/random`, 32))
    body.vector(1, (id) => id.bytes(sessionId(name)))
    body.vector(2, (suites) =>
      numbers(suites, [...ECDHE_SUITES, ...(keyExchange === 'rsa' ? RSA_SUITES : []), ...SUITES_1_3]),
    )
    body.vector(1, (methods) => methods.number(0, 1))
    body.vector(2, (extensions) => clientExtensions(extensions, client, name))
  })
}

function sessionId(clientName: string): Uint8Array {
  return fillerOf(`${clientName}/session-id`, 32)
}

function clientExtensions(writer: ByteWriter, { serverName, alpn, keyExchange }: TlsClient, name: string): void {
  if (serverName !== null && serverName !== '' && !isIpv4Address(serverName))
    extension(writer, SERVER_NAME, (data) =>
      data.vector(2, (list) => list.number(0, 1).vector(2, (host) => host.text(serverName))),
    )
  extension(writer, STATUS_REQUEST, (data) => data.number(1, 1).number(0, 2).number(0, 2))
  const isHybrid = keyExchange === 'x25519mlkem768'
  extension(writer, SUPPORTED_GROUPS, (data) =>
    data.vector(2, (list) => numbers(list, [...(isHybrid ? [X25519_MLKEM768] : []), ...CLASSIC_GROUPS])),
  )
  extension(writer, EC_POINT_FORMATS, (data) => data.vector(1, (list) => list.number(0, 1)))
  extension(writer, SIGNATURE_ALGORITHMS, (data) => data.vector(2, (list) => numbers(list, SIGNATURE_SCHEMES)))
  extension(writer, RENEGOTIATION_INFO, (data) => data.number(0, 1))
  extension(writer, EXTENDED_MASTER_SECRET)
  if (alpn.length > 0) protocols(writer, alpn)
  extension(writer, SIGNED_CERTIFICATE_TIMESTAMP)
  extension(writer, SUPPORTED_VERSIONS, (data) => data.vector(1, (list) => numbers(list, [TLS_1_3, TLS_1_2])))
  extension(writer, KEY_SHARE, (data) =>
    data.vector(2, (shares) => {
      if (isHybrid) keyShare(shares, X25519_MLKEM768, fillerOf(`${name}/hybrid`, MLKEM768_KEY_BYTES + X25519_BYTES))
      keyShare(shares, X25519, fillerOf(`${name}/share`, X25519_BYTES))
    }),
  )
}

function protocols(writer: ByteWriter, names: readonly string[]): void {
  extension(writer, ALPN, (data) =>
    data.vector(2, (list) => {
      for (const name of names) list.vector(1, (one) => one.text(name))
    }),
  )
}

function keyShare(writer: ByteWriter, group: number, key: Uint8Array): void {
  writer.number(group, 2).vector(2, (share) => share.bytes(key))
}

export function serverHello(ends: TlsEnds): Uint8Array {
  return ends.client.version === '1.3' ? serverHello13(ends) : serverHello12(ends)
}

function serverHello13({ client: { keyExchange }, clientName, serverName }: TlsEnds): Uint8Array {
  return message(SERVER_HELLO, (body) => {
    body.number(TLS_1_2, 2).bytes(fillerOf(`${serverName}/random`, 32))
    body.vector(1, (id) => id.bytes(sessionId(clientName)))
    body.number(SUITES_1_3[0], 2).number(0, 1)
    body.vector(2, (extensions) => {
      extension(extensions, SUPPORTED_VERSIONS, (data) => data.number(TLS_1_3, 2))
      extension(extensions, KEY_SHARE, (data) => keyShare(data, ...serverShare(keyExchange, serverName)))
    })
  })
}

function serverShare(keyExchange: EphemeralKeyExchange | 'rsa', name: string): [group: number, key: Uint8Array] {
  return keyExchange === 'x25519mlkem768'
    ? [X25519_MLKEM768, fillerOf(`${name}/hybrid`, MLKEM768_CIPHERTEXT_BYTES + X25519_BYTES)]
    : [X25519, fillerOf(`${name}/share`, X25519_BYTES)]
}

function serverHello12({ client, server, serverName }: TlsEnds): Uint8Array {
  const protocol = negotiatedProtocol(client, server)
  return message(SERVER_HELLO, (body) => {
    body.number(TLS_1_2, 2).bytes(fillerOf(`${serverName}/random`, 32))
    body.vector(1, () => {})
    body.number(suite12(client, server), 2).number(0, 1)
    body.vector(2, (extensions) => {
      extension(extensions, RENEGOTIATION_INFO, (data) => data.number(0, 1))
      extension(extensions, EXTENDED_MASTER_SECRET)
      extension(extensions, EC_POINT_FORMATS, (data) => data.vector(1, (list) => list.number(0, 1)))
      if (protocol !== null) protocols(extensions, [protocol])
    })
  })
}

/** Returns the suite with AES-128-GCM that fits the client's key exchange and the server's key. */
function suite12({ keyExchange }: TlsClient, { presents }: TlsServer): number {
  if (keyExchange === 'rsa') return RSA_SUITES[0]
  return presents.certificate.key === 'rsa-2048' ? ECDHE_SUITES[1] : ECDHE_SUITES[0]
}

/**
 * Returns the Certificate message of TLS 1.2; `presents` is null for a client without a certificate. In 1.3 this
 * message is encrypted.
 */
export function certificate12(presents: IssuedCertificate | null): Uint8Array {
  return message(CERTIFICATE, (body) => {
    body.vector(3, (chain) => {
      if (presents === null) return
      for (const { certificate, issuer } of sentCertificates(presents))
        chain.vector(3, (entry) => entry.bytes(certificateDer(certificate, issuer)))
    })
  })
}

export function certificateRequest12(authorities: readonly Certificate[]): Uint8Array {
  return message(CERTIFICATE_REQUEST, (body) => {
    body.vector(1, (types) => types.number(1, 1).number(64, 1)) // rsa_sign, ecdsa_sign
    body.vector(2, (schemes) => numbers(schemes, SIGNATURE_SCHEMES))
    body.vector(2, (names) => {
      for (const authority of authorities) names.vector(2, (name) => name.bytes(distinguishedName(authority)))
    })
  })
}

export function serverKeyExchange({ server, serverName }: TlsEnds): Uint8Array {
  return message(SERVER_KEY_EXCHANGE, (body) => {
    body.number(3, 1).number(X25519, 2) // named_curve
    body.vector(1, (point) => point.bytes(fillerOf(`${serverName}/share`, X25519_BYTES)))
    signed(body, server.presents.certificate.key, `${serverName}/signature`)
  })
}

export function serverHelloDone(): Uint8Array {
  return message(SERVER_HELLO_DONE, () => {})
}

export function clientKeyExchange({ client, server, clientName }: TlsEnds): Uint8Array {
  return message(CLIENT_KEY_EXCHANGE, (body) => {
    if (client.keyExchange !== 'rsa')
      return void body.vector(1, (point) => point.bytes(fillerOf(`${clientName}/share`, X25519_BYTES)))
    body.vector(2, (secret) => secret.bytes(signature(server.presents.certificate.key, `${clientName}/secret`)))
  })
}

export function certificateVerify12(key: KeyAlgorithm, name: string): Uint8Array {
  return message(CERTIFICATE_VERIFY, (body) => signed(body, key, `${name}/signature`))
}

function signed(writer: ByteWriter, key: KeyAlgorithm, name: string): void {
  writer.number(SCHEME_OF[key], 2).vector(2, (value) => value.bytes(signature(key, name)))
}

import type { TlsClient, TlsServer } from '../../src/security/tls-parameters.ts'
import { apiserverServing, clusterCa } from './kubeadm-certificates.ts'

/** Returns a client that verifies nothing and presents nothing, changed as given. */
export function tlsClient(changes: Partial<TlsClient> = {}): TlsClient {
  return {
    version: '1.3',
    keyExchange: 'x25519',
    alpn: [],
    serverName: 'kubernetes',
    trusts: null,
    expectedCommonName: null,
    presents: null,
    recordSizing: 'fixed',
    ...changes,
  }
}

/** Returns the server of an apiserver that asks for no certificate, changed as given. */
export function tlsServer(changes: Partial<TlsServer> = {}): TlsServer {
  return {
    presents: { certificate: apiserverServing('ecdsa-p256'), issuer: clusterCa('ecdsa-p256') },
    clientCertificates: 'none',
    clientAuthority: null,
    protocol: null,
    recordSizing: 'fixed',
    ...changes,
  }
}

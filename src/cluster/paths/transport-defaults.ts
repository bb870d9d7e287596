import { KUBELET_PORT } from './path.ts'
import type { TransportDefaults } from './path-kind.ts'

/**
 * Connections to the apiserver, which offers HTTP/2 and requests a client certificate without requiring one
 * (k8s.io/apiserver, pkg/server/secure_serving.go).
 */
export const TO_APISERVER = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: 443, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  tlsVersion: '1.3',
  verify: 'ca',
  client: 'certificate',
  clientCertificate: 'host',
  server: 'issued',
  requestsCertificate: true,
} as const satisfies TransportDefaults

/**
 * Connections of the apiserver's proxy, which sends no credentials and verifies nothing
 * (cmd/kube-apiserver/app/server.go, CreateProxyTransport).
 */
export const FROM_PROXY = {
  scheme: 'http',
  schemes: ['http', 'https'],
  ports: { http: 80, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  tlsVersion: '1.3',
  verify: 'none',
  client: 'none',
  clientCertificate: 'host',
  server: 'issued',
  requestsCertificate: false,
} as const satisfies TransportDefaults

/**
 * Connections of the apiserver to kubelets. They use HTTP/1.1. Without a CA the apiserver accepts any certificate,
 * but still presents its own (pkg/kubelet/client/kubelet_client.go, MakeTransport and transportConfig).
 */
export const TO_KUBELET = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: KUBELET_PORT, https: KUBELET_PORT },
  protocols: { http: 'http/1.1', https: 'http/1.1' },
  tlsVersion: '1.3',
  verify: 'none',
  client: 'certificate',
  clientCertificate: 'kubelet-client',
  server: 'kubelet',
  requestsCertificate: true,
} as const satisfies TransportDefaults

import { KUBELET_PORT } from '../kubelet/kubelet-ports.ts'
import type { TransportDefaults } from './path-kind.ts'

/** The apiserver offers HTTP/2 and asks for a client certificate without requiring one (apiserver pkg/server/secure_serving.go). */
export const INTO_APISERVER = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: 443, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  tlsVersion: '1.3',
  verify: 'ca',
  client: 'certificate',
  clientCertificate: 'host',
  server: 'issued',
  asksForCertificate: true,
} as const satisfies TransportDefaults

/** The apiserver's proxy sends no credentials and verifies nothing (cmd/kube-apiserver/app/server.go, CreateProxyTransport). */
export const OUT_OF_PROXY = {
  scheme: 'http',
  schemes: ['http', 'https'],
  ports: { http: 80, https: 443 },
  protocols: { http: 'http/1.1', https: 'h2' },
  tlsVersion: '1.3',
  verify: 'none',
  client: 'none',
  clientCertificate: 'host',
  server: 'issued',
  asksForCertificate: false,
} as const satisfies TransportDefaults

/**
 * The apiserver speaks HTTP/1.1 to kubelets and, without a CA to verify them against, accepts any certificate; it
 * presents its own all the same (pkg/kubelet/client/kubelet_client.go, MakeTransport and transportConfig).
 */
export const INTO_KUBELET = {
  scheme: 'https',
  schemes: ['https'],
  ports: { http: KUBELET_PORT, https: KUBELET_PORT },
  protocols: { http: 'http/1.1', https: 'http/1.1' },
  tlsVersion: '1.3',
  verify: 'none',
  client: 'certificate',
  clientCertificate: 'kubelet-client',
  server: 'kubelet',
  asksForCertificate: true,
} as const satisfies TransportDefaults

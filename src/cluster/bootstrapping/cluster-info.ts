import type { Certificate } from '../../security/certificate.ts'
import { certificatePemBytes } from '../../security/certificate-request.ts'
import { TYPICAL_RESOURCE_VERSION, UUID } from '../messages/protobuf.ts'

/**
 * The size in JSON of the config map kube-public/cluster-info: a kubeconfig with the CA and no credentials, and a
 * signature with each bootstrap token (kubeadm phases/bootstraptoken/clusterinfo; cluster-bootstrap/token/jws). It is
 * computed and was not measured.
 */
export function clusterInfoBytes(ca: Certificate, port: number): number {
  const kubeconfig = [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${'A'.repeat(base64Bytes(certificatePemBytes(ca, ca)))}`,
    `    server: https://10.128.0.2:${port}`,
    '  name: ""',
    'contexts: null',
    'current-context: ""',
    'kind: Config',
    'preferences: {}',
    'users: null',
    '',
  ].join('\n')
  const map = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: {
      name: 'cluster-info',
      namespace: 'kube-public',
      uid: UUID,
      resourceVersion: TYPICAL_RESOURCE_VERSION,
      creationTimestamp: '2026-11-24T00:00:00Z',
    },
    data: { 'jws-kubeconfig-abcdef': DETACHED_SIGNATURE, kubeconfig },
  }
  return JSON.stringify(map).length + 1
}

/**
 * The header of the JWS that signs the configuration: without payload (RFC 7515 appendix F), with HMAC and SHA-256
 * under the token's secret.
 */
const HEADER = '{"alg":"HS256","kid":"abcdef"}'
const DETACHED_SIGNATURE = `${'A'.repeat(Math.ceil((HEADER.length * 4) / 3))}..${'A'.repeat(43)}`

function base64Bytes(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

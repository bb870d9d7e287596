import type { Certificate, KeyAlgorithm } from '../../src/security/certificate.ts'

/** Certificates with the fields that kubeadm sets, and with names that give the sizes of docs/facts/tls.md. */
const validity = { notBeforeS: -3600, notAfterS: 365 * 86_400 }

export function clusterCa(key: KeyAlgorithm): Certificate {
  return {
    name: 'cluster-ca',
    issuer: null,
    cn: 'kubernetes',
    organizations: [],
    sans: ['kubernetes'],
    usages: [],
    key,
    isAuthority: true,
    ...validity,
  }
}

export function apiserverServing(key: KeyAlgorithm): Certificate {
  return {
    name: 'apiserver',
    issuer: 'cluster-ca',
    cn: 'kube-apiserver',
    organizations: [],
    sans: [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'master-1',
      '10.96.0.1',
      '192.168.0.10',
    ],
    usages: ['server'],
    key,
    isAuthority: false,
    ...validity,
  }
}

export function kubeletClient(key: KeyAlgorithm): Certificate {
  return {
    name: 'kubelet-client',
    issuer: 'cluster-ca',
    cn: 'system:node:gke-cluster-1-default-pool-0a1b2c3d-abcd',
    organizations: ['system:nodes'],
    sans: [],
    usages: ['client'],
    key,
    isAuthority: false,
    ...validity,
  }
}

/** The DER sizes of certificates that Go's x509.CreateCertificate made. */
export const MEASURED_DER_BYTES = {
  'rsa-2048': { ca: 777, server: 907, client: 839 },
  'ecdsa-p256': { ca: 382, server: 511, client: 443 },
} as const

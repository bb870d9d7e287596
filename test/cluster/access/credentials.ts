import type { PodReferences } from '../../../src/cluster/access/node-graph.ts'
import type { BootstrapToken, Token } from '../../../src/security/bearer-token.ts'
import type { Certificate } from '../../../src/security/certificate.ts'

const YEAR_S = 365 * 24 * 3600

export const clusterCa: Certificate = {
  name: 'cluster-ca',
  issuer: null,
  cn: 'kubernetes',
  organizations: [],
  sans: [],
  usages: [],
  key: 'rsa-2048',
  notBeforeS: -YEAR_S,
  notAfterS: 10 * YEAR_S,
  isAuthority: true,
}

export function clientCertificate(cn: string, organizations: readonly string[] = []): Certificate {
  return {
    ...clusterCa,
    name: `${cn} of ${organizations.join()}`,
    issuer: clusterCa.name,
    cn,
    organizations,
    usages: ['client'],
    notBeforeS: -3600,
    notAfterS: YEAR_S,
    isAuthority: false,
  }
}

export const aliceCertificate = clientCertificate('alice', ['developers'])
export const nodeCertificate = clientCertificate('system:node:node-1', ['system:nodes'])

export const appToken: Token = {
  name: 'app-token',
  account: 'default/app',
  audience: 'api',
  expiresS: 3607,
  boundPod: 'app-1',
}
export const legacyToken: Token = { ...appToken, name: 'legacy', expiresS: null, boundPod: null }
export const vaultToken: Token = { ...appToken, name: 'for-vault', audience: 'vault' }
export const joinToken: BootstrapToken = {
  name: 'join',
  id: 'abcdef',
  extraGroups: ['system:bootstrappers:kubeadm:default-node-token'],
  expiresS: 86_400,
}

/** Two nodes with a pod each; both pods use the shared config map. */
export const pods: readonly PodReferences[] = [
  { namespace: 'default', name: 'app-1', node: 'node-1', account: 'app', secrets: ['db'], configMaps: ['shared'] },
  { namespace: 'default', name: 'web-1', node: 'node-2', account: 'web', secrets: ['tls'], configMaps: ['shared'] },
]

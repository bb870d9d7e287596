import { describe, expect, test } from 'vitest'
import {
  egressTunnel,
  installerOf,
  kubeletClientSettings,
  negotiatedTls,
} from '../../src/cluster/paths/connection-settings.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { scenarioOf } from '../fixtures/simulations.ts'
import { smallCluster } from './small-cluster.ts'

function configurationWith(flags: string, kubernetes = '1.30') {
  const paths = '{ users: { kind: user-apiserver } }'
  return scenarioOf(smallCluster({ kubernetes, flags, paths, workloads: '{}' })).blueprint.cluster!.apiserver
    .configuration
}

describe('TLS between two components of Kubernetes', () => {
  test.each([
    [6, 6, '1.2', 'x25519'],
    [16, 16, '1.2', 'x25519'],
    [17, 17, '1.3', 'x25519'],
    [33, 33, '1.3', 'x25519mlkem768'],
    [16, 17, '1.2', 'x25519'],
    [33, 32, '1.3', 'x25519'],
  ])(
    'between components of 1.%i and 1.%i, TLS %s with %s is the newest that both support',
    (client, server, version, keyExchange) => {
      expect(negotiatedTls(kubernetesVersion(client), kubernetesVersion(server))).toEqual({ version, keyExchange })
    },
  )
})

describe('verification of kubelets by the API server', () => {
  test('without --kubelet-certificate-authority kubelets are not verified', () => {
    expect(kubeletClientSettings(configurationWith('secure-port: 6443'))).toEqual({
      verify: 'none',
      ca: null,
      clientCertificate: 'apiserver-kubelet-client',
      origin: 'no --kubelet-certificate-authority',
    })
  })

  test('with --kubelet-certificate-authority the kubelet’s certificate is verified', () => {
    const settings = kubeletClientSettings(configurationWith('kubelet-certificate-authority: cluster-ca'))
    expect(settings).toMatchObject({ verify: 'ca', ca: 'cluster-ca', origin: '--kubelet-certificate-authority' })
  })
})

describe('connections from the API server into the cluster', () => {
  test('connections from the API server into the cluster use no tunnel by default', () => {
    expect(egressTunnel(configurationWith('secure-port: 6443'))).toBeNull()
  })

  test('connections from the API server into the cluster go through SSH tunnels with --ssh-user', () => {
    expect(egressTunnel(configurationWith('ssh-user: gke', '1.12'))).toEqual({ kind: 'ssh', origin: '--ssh-user' })
  })

  test('connections from the API server into the cluster go through Konnectivity with an egress selector', () => {
    expect(egressTunnel(configurationWith('egress-selector-config-file: konnectivity'))).toEqual({
      kind: 'konnectivity',
      origin: '--egress-selector-config-file',
    })
  })
})

describe('the installer of a cluster', () => {
  test('the installer is that of GCE where the API server opens SSH tunnels', () => {
    expect(installerOf(configurationWith('ssh-user: tunnel', '1.12'))).toBe('gce')
  })

  test('the installer is kubeadm where the API server opens no SSH tunnel', () => {
    expect(installerOf(configurationWith('secure-port: 6443'))).toBe('kubeadm')
  })
})

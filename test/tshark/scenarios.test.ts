import { describe, test } from 'vitest'
import { loadShipped, shippedScenarios } from '../fixtures/shipped.ts'
import { hasTshark } from '../fixtures/tshark.ts'
import { expectReadable } from './checked.ts'

/** Hosts whose plaintext is read too: ends of TLS, SSH channels and Konnectivity tunnels. */
const HOSTS: Readonly<Record<string, string>> = {
  'scenarios/presets/kubeadm-default.yaml': 'master',
  'scenarios/presets/konnectivity.yaml': 'node-1',
  'scenarios/presets/gke-ssh-tunnels.yaml': 'node-1',
}

describe.skipIf(!hasTshark)('tshark finds nothing malformed and no bad checksum', () => {
  test.each(shippedScenarios())('tshark finds nothing malformed and no bad checksum in %s', (file) => {
    const name = HOSTS[file]
    const plaintext = { subject: { kind: 'host', name }, isPlaintext: true } as const
    expectReadable(loadShipped(file), name === undefined ? [] : [plaintext])
  })
})

import { z } from 'zod'
import { kubernetesVersion } from './kubernetes-version.ts'
import { choice, count, listOf, reference, section, sizeBytes } from './scalars.ts'

const tcp = section(
  {
    congestion: choice('Congestion control of connections that this host sends on. Default: cubic.', [
      'cubic',
      'reno',
      'bbr',
    ]).optional(),
    profile: choice(
      'Timer minima, delayed acknowledgements, recovery and buffers: as Linux has them, as the RFCs say, or as ns-3 has them. Default: linux.',
      ['linux', 'rfc', 'ns3'],
    ).optional(),
    'receive-buffer': sizeBytes(
      'Bytes that a connection holds for a slow reader; bounds the receive window. Default: as the profile has it.',
      {
        from: '2KB',
        to: '1GiB',
        since: 'the window scale of RFC 7323 ends there',
      },
    ).optional(),
    'send-buffer': sizeBytes(
      'Bytes that a connection holds until they are acknowledged. Default: as the profile has it.',
      { from: '2KB', to: '1GiB' },
    ).optional(),
  },
  'the defaults',
).meta({ description: 'TCP of this host.' })

export const hostSchema = section(
  {
    addresses: listOf(
      'IPv4 addresses in dotted form. Default: one in 10.0.0.0/8 that derives from the name.',
      z.string('expected an IPv4 address').max(45),
    )
      .min(1, 'at least one address; leave `addresses` out for an automatic one')
      .max(100, 'at most 100 addresses')
      .optional(),
    cpu: choice(
      'What cryptography and each byte cost. go: as Kubernetes is built; nodejs: Node 20; instant: nothing; `onpath list cpu` shows the figures. Default: go.',
      ['go', 'nodejs', 'instant'],
    ).optional(),
    cores: count('Work waits for a free core. Default: 2.', 1, 1024).optional(),
    tcp: tcp.optional(),
    certificate: reference(
      'The identity that servers on this host present over TLS. Default: one that the default CA issued.',
    ).optional(),
    zone: reference('The zone of a cloud that it is in. Default: none.').optional(),
    kubernetes: kubernetesVersion(
      'Version of the kubelet on this node, where it differs from that of the cluster. Default: that of its pool.',
    ).optional(),
  },
  'the defaults',
).meta({
  description:
    'A machine. Every host also has a loopback of profile localhost, used where `from` and `to` are one host.',
})

export type HostSection = z.output<typeof hostSchema>

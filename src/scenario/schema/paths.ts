import { z } from 'zod'
import { DEFAULT_PATH_KIND, MODELLED_PATH_KINDS, PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import { choice, count, end, flag, reference, section } from './scalars.ts'

const modelled = MODELLED_PATH_KINDS.map(({ name }) => name)
const reserved = PATH_KINDS.filter(({ modelled }) => !modelled).map(({ name }) => name)

const tls = section(
  {
    version: choice('Protocol version. Default: 1.3.', ['1.2', '1.3']).optional(),
    verify: choice(
      'What the client checks of the server: nothing; ca: chain, name, usage and validity against a CA; ca+cn: also that its common name is system:node:NAME of the node (KEP-4872). Default: as the kind has it.',
      ['none', 'ca', 'ca+cn'],
    ).optional(),
    ca: reference('The CA that the client trusts. Default: default-ca.').optional(),
    'client-ca': reference(
      'The CA that the server trusts for client certificates. Default: the issuer of the certificate that the client presents.',
    ).optional(),
    identity: reference('The certificate that the server presents. Default: that of the host.').optional(),
    client: z
      .union([
        choice('How the client proves who it is: not, with a certificate, or with a bearer token.', [
          'none',
          'certificate',
          'token',
        ]),
        section({
          certificate: reference('The certificate that the client presents.').optional(),
          token: reference('The token that the client sends.').optional(),
        }),
      ])
      .meta({
        description:
          'none, certificate (one of the default CA), token (the only one that is declared), { certificate: NAME } or { token: NAME }. Default: as the kind has it.',
      })
      .optional(),
    'key-exchange': choice(
      'x25519mlkem768 is the post-quantum hybrid of Go 1.24. rsa, of TLS 1.2 only, encrypts a secret to the key of the certificate: who has that key opens what was recorded. Default: x25519.',
      ['x25519', 'x25519mlkem768', 'rsa'],
    ).optional(),
  },
  'the defaults',
).meta({ description: 'TLS of this path; for a custom path its presence means https.' })

const tunnel = z
  .union([
    choice('none, or a tunnel with its defaults.', ['none', 'ssh', 'konnectivity']),
    section({
      kind: choice('ssh: from the client to sshd; konnectivity: agents dial out to the client.', [
        'ssh',
        'konnectivity',
      ]),
      warm: flag(
        'Dial at tick 0, and let workloads wait for the tunnel; else dial when first needed. Default: true.',
      ).optional(),
      'host-key': choice('Whether the host key of the far end is checked; Kubernetes never did. Default: ignore.', [
        'ignore',
        'check',
      ]).optional(),
      via: reference(
        'The host where the tunnel ends. Default: the `to` of the path; in a cluster any of its nodes, as the tunneler chooses.',
      ).optional(),
      strategy: choice(
        'How the Konnectivity server chooses an agent (konnectivity). Default: that of the cluster, or default, which is at random.',
        ['default', 'destHost', 'defaultRoute'],
      ).optional(),
      authentication: choice(
        'How agents prove who they are to the server (konnectivity). Default: that of the cluster, or token.',
        ['certificate', 'token'],
      ).optional(),
    }),
  ])
  .meta({
    description:
      'What the path runs inside. All paths between the same ends share one tunnel. Default: none; in a cluster as its apiserver is set up.',
  })

export const pathSchema = section({
  kind: choice(
    `Whose path it is; brings the defaults. \`onpath list paths\` explains each. Default: ${DEFAULT_PATH_KIND}.`,
    modelled,
    reserved,
  ).optional(),
  from: end(
    'The host of the client; in a cluster also a pattern (`nodes/*`, `workers/*`, `pods/web`, `users/*`), which makes one path an instance. Default in a cluster: as the kind has it.',
  ).optional(),
  to: end(
    'The host of the server; may be the same, then the loopback carries the path. In a cluster also a pattern (`nodes/*`, `pods/*`, `services/web`). Default in a cluster: as the kind has it.',
  ).optional(),
  scheme: choice('Default: as the kind has it; http for custom.', ['http', 'https']).optional(),
  port: count(
    'Port of the server. Default: as the kind or the cluster has it; 80 or 443 for custom.',
    1,
    65_535,
  ).optional(),
  tls: tls.optional(),
  tunnel: tunnel.optional(),
}).meta({ description: 'A client, a server, and what protects the way between them.' })

export type PathSection = z.output<typeof pathSchema>

import { DEFAULT_PATH_KIND, MODELLED_PATH_KINDS, PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import { NOT_MODELLED } from '../tree/unmodelled-paths.ts'
import { agentAuthenticationKeys, KONNECTIVITY_STRATEGIES, STRATEGY_TEXT } from './konnectivity.ts'
import {
  authorities,
  choice,
  count,
  end,
  flag,
  LONG_FORM_KEYS,
  lazily,
  listOf,
  reference,
  section,
  text,
} from './scalars.ts'
import { z } from './zod.ts'

const modelled = MODELLED_PATH_KINDS.map(({ name }) => name)
const reserved = Object.values(PATH_KINDS)
  .filter(({ modelled }) => !modelled)
  .map(({ name }) => name)

const tls = lazily(() =>
  section(
    {
      version: choice('The version of TLS. Default: 1.3; with `kubernetes`, the version that both ends negotiate.', [
        '1.2',
        '1.3',
      ]).optional(),
      verify: choice(
        'What the client verifies in the certificate of the server. none: nothing; ca: the chain to a CA, the name, the use and the validity; ca+cn: also that the common name is system:node:NAME (KEP-4872). Default: what clients of this kind of path verify.',
        ['none', 'ca', 'ca+cn'],
      ).optional(),
      ca: authorities('The CA that the client trusts, or a list of CAs. Default: default-ca.').optional(),
      'client-ca': authorities(
        'The CA that the server trusts for client certificates, or a list of CAs. Default: the issuer of the client certificate.',
      ).optional(),
      identity: reference(
        'The certificate that the server presents, on all paths to it. Default: the certificate of the host.',
      ).optional(),
      client: z
        .union([
          choice('The credential of the client.', ['none', 'certificate', 'token']),
          section({
            certificate: reference('The certificate that the client presents.').optional(),
            token: reference('The token that the client sends.').optional(),
          }),
        ])
        .meta({
          description:
            'The credential of the client: none, certificate (from the default CA), token (the only declared token), { certificate: NAME } or { token: NAME }. Default: what clients of this kind of path present.',
        })
        .optional(),
      'key-exchange': choice(
        'The key exchange. x25519mlkem768: the post-quantum hybrid of Go 1.24; rsa: only in TLS 1.2, and an attacker who has the private key of the certificate can decrypt recorded traffic. Default: x25519.',
        ['x25519', 'x25519mlkem768', 'rsa'],
      ).optional(),
    },
    'the defaults',
  ).meta({
    description: 'The settings of TLS on this path. On a path of kind custom, their presence means scheme https.',
  }),
)

const tunnel = lazily(() =>
  z
    .union([
      choice('none, or a tunnel with the default settings.', ['none', 'ssh', 'konnectivity']),
      section({
        kind: choice(
          'The kind of tunnel. ssh: the client connects to an SSH server; konnectivity: agents connect to a server beside the client.',
          ['ssh', 'konnectivity'],
        ),
        warm: flag(
          'Whether the tunnel is set up at the start of the run, and workloads wait for it. false: the first request sets it up. Default: true.',
        ).optional(),
        'host-key': choice(
          'Whether the client verifies the host key of the SSH server (ssh). `check` is hypothetical: no release of Kubernetes does. Default: ignore.',
          ['ignore', 'check'],
        ).optional(),
        via: z
          .union([
            reference('The host where the tunnel ends.'),
            listOf('Hosts. Each connection takes the tunnel to a random one.', reference('A host.')).min(
              1,
              'at least one host; leave `via` out for the default',
            ),
          ])
          .meta({
            description:
              'The host where the tunnel ends, or a list of hosts, of which each connection takes a random one. Default: the server of the path; in a cluster, the node whose tunnel the apiserver lists under the name or address that it dials, else a random node.',
          })
          .optional(),
        strategy: choice(
          `${STRATEGY_TEXT} Default: the strategy of the cluster, else default.`,
          KONNECTIVITY_STRATEGIES,
        ).optional(),
        ...agentAuthenticationKeys('the setting of the cluster, else token'),
      }),
    ])
    .meta({
      description:
        'The tunnel that carries the path. Paths between the same hosts share one tunnel. Default: none; in a cluster, the tunnel that the apiserver is configured to use.',
    })
    .register(LONG_FORM_KEYS, { key: 'kind' }),
)

export const pathSchema = lazily(() =>
  section({
    kind: choice(
      `The kind of path, which gives the defaults of the other keys. \`onpath list paths\` explains each kind. Default: ${DEFAULT_PATH_KIND}.`,
      modelled,
      reserved,
    ).optional(),
    from: end(
      'The host of the client. In a cluster also a pattern such as `nodes/*`, `pods/web` or `users/*`, which makes an instance of the path for each match. Default: none; in a cluster, the clients of this kind of path.',
    ).optional(),
    to: end(
      'The host of the server. When it is also the host of the client, the loopback interface carries the path. In a cluster also a pattern such as `nodes/*` or `services/web`. Default: none; in a cluster, the servers of this kind of path.',
    ).optional(),
    scheme: choice('The scheme of the requests. Default: the scheme of this kind of path; http for custom.', [
      'http',
      'https',
    ]).optional(),
    port: count(
      'The TCP port of the server. Default: the port of this kind of path or of the cluster; 80 or 443 for custom.',
      1,
      65_535,
    ).optional(),
    tls: tls.optional(),
    tunnel: tunnel.optional(),
    assumed: flag(
      'Whether the server of this path is an assumption about a real cluster. A check shows what attackers get from it, and does not fail because of it. Default: false.',
    ).optional(),
    [NOT_MODELLED]: text(
      'The reason why the path is not simulated, such as a tunnel that the model does not have. The path and its workloads are left out, and `onpath check` and `onpath matrix` say that there is no verdict on it. Default: none.',
      'REASON',
    ).optional(),
  }).meta({ description: 'A network path: a client, a server, and the protection between them.' }),
)

export type PathSection = z.output<typeof pathSchema>

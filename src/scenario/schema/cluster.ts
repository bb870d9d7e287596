import { z } from 'zod'
import { namesOf } from '../../engine/registry.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { PRESET_NAMES } from '../cluster/presets/presets.ts'
import {
  apiserverFlagsSchema,
  controllerManagerFlagsSchema,
  kubeletConfigSchema,
  kubeletFlagsSchema,
} from './cluster-flags.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import { linkSchema } from './links.ts'
import {
  account,
  choice,
  count,
  durationNs,
  end,
  flag,
  listOf,
  named,
  reference,
  section,
  sizeBytes,
  text,
} from './scalars.ts'

const { between: _between, ...figures } = linkSchema.shape

const medium = (description: string) =>
  z
    .union([choice('A link profile.', namesOf(LINK_PROFILES)), section(figures)])
    .meta({ description: `${description} A link profile, or a map as of a link.` })
    .optional()

const MAX_NODES = 5_000

const MAX_PODS = 10_000

const pool = z
  .union([
    count('How many nodes.', 1, MAX_NODES),
    section({
      count: count('How many nodes. Default: 1.', 1, MAX_NODES).optional(),
      zones: listOf('Zones that its nodes take in turn. Default: none.', reference('A zone.'))
        .min(1, 'at least one zone')
        .max(100, 'at most 100 zones')
        .optional(),
      kubernetes: kubernetesVersion('Version of the kubelets of this pool. Default: that of the cluster.').optional(),
    }),
  ])
  .meta({ description: 'A pool of nodes, POOL-1 and on: how many, or a map.' })

const nodesSchema = z
  .union([
    count('How many nodes, node-1 and on.', 1, MAX_NODES),
    named('Pools by name: { workers: { count: 3, zones: [a, b] } }.', pool, 100),
  ])
  .meta({ description: 'The nodes: how many (node-1 and on), or pools by name. Default: 3.' })

const pod = z
  .union([
    count('That many pods on each node that take no part in the traffic.', 0, 1_000),
    section(
      {
        on: end(
          'A pool or a node, or `master`, where no kubelet runs: it is just there. Default: all nodes.',
        ).optional(),
        replicas: count('How many, spread over these nodes. Default: one a node.', 1, 10_000).optional(),
        'image-size': sizeBytes('What a node pulls before the pod starts. Default: 0B.', { to: '100GB' }).optional(),
        account: account('Its service account. Default: default/default.').optional(),
        token: flag(
          'Whether the token of its account is mounted (automountServiceAccountToken). Default: true.',
        ).optional(),
        listens: count('The port that it serves. Default: none.', 1, 65_535).optional(),
        scheme: choice('What it serves there. Default: http.', ['http', 'https']).optional(),
        hostNetwork: flag('Whether it uses the network of its node. Default: false.').optional(),
        capabilities: listOf(
          'All its Linux capabilities, or ALL. Default: what container runtimes grant, NET_RAW among them.',
          text('A capability.'),
        )
          .max(50, 'at most 50')
          .optional(),
      },
      'one a node that serves nothing',
    ),
  ])
  .meta({
    description: 'Pods of one kind, APP-1 and on; or a number: so many on each node without a part in the traffic.',
  })

const pods = z
  .union([
    count('That many pods on each node that take no part in the traffic.', 0, 1_000),
    named('Pods by name: { web: { listens: 8080 } }.', pod, 1_000),
  ])
  .meta({ description: 'The pods: by name, or how many each node has beside those of the preset. Default: none.' })

const service = section({
  pods: reference('The pods behind it, by their name under `pods`.'),
  port: count('Its port. Default: 80.', 1, 65_535).optional(),
  targetPort: count('The port of its pods. Default: the one that they listen on.', 1, 65_535).optional(),
}).meta({ description: 'A service: a virtual address in front of pods.' })

const words = (description: string) =>
  listOf(description, text('A word, or "*".')).min(1, 'at least one').max(100, 'at most 100')

const user = section(
  {
    groups: listOf('Groups that it is in. Default: none.', text('A group.')).max(50, 'at most 50').optional(),
    rules: listOf(
      'What it may do (RBAC). Default: nothing.',
      section({
        verbs: words('get, list, watch, create, update, patch, delete, or "*".'),
        resources: words('pods, pods/exec, nodes/proxy …, or "*".'),
        namespaces: words('Where. Default: everywhere.').optional(),
      }).meta({ description: 'A rule.' }),
    )
      .max(100, 'at most 100')
      .optional(),
  },
  'one who may do nothing',
).meta({ description: 'Somebody with a client certificate of the cluster CA, and a host of the same name.' })

function countNodes(nodes: z.output<typeof nodesSchema> | undefined): number {
  if (typeof nodes !== 'object') return nodes ?? 0
  return [...nodes.values()].reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : (one.count ?? 1)), 0)
}

function countPods(byName: Map<string, z.output<typeof pod>>, nodeCount: number): number {
  return [...byName.values()].reduce<number>(
    (sum, one) => sum + (typeof one === 'number' ? 0 : (one.replicas ?? nodeCount)),
    0,
  )
}

/** Kubernetes in one stanza. */
export const clusterSchema = section(
  {
    preset: choice(
      'What the cluster is like where nothing else is said; `onpath list presets` explains each.',
      PRESET_NAMES,
    ).optional(),
    nodes: nodesSchema.optional(),
    pods: pods.optional(),
    'pod-network': choice(
      'How pods are joined to their node: routed, each by a link of its own; bridged, all on one bridge, where they find each other by ARP. Default: routed.',
      ['routed', 'bridged'],
    ).optional(),
    metadata: choice(
      "Whether pods can read their node's bootstrap credentials from the cloud's metadata server: open, as on GKE before metadata was concealed. Default: open with SSH tunnels, else concealed.",
      ['open', 'concealed'],
    ).optional(),
    services: named('Services by name.', service, 1_000).optional(),
    users: named('Users by name.', user, 1_000).optional(),
    apiserver: section({ flags: apiserverFlagsSchema.optional() }, 'the defaults')
      .meta({ description: 'The apiserver, on the host master.' })
      .optional(),
    kubelet: section(
      {
        flags: kubeletFlagsSchema.optional(),
        config: kubeletConfigSchema.optional(),
        'server-certificate': choice(
          'self-signed, as a kubelet makes one that is given none; issued: somebody approved its request. Default: issued with serverTLSBootstrap, with kubelet-certificate-authority or where a path verifies it, else self-signed.',
          ['self-signed', 'issued'],
        ).optional(),
      },
      'the defaults',
    )
      .meta({ description: 'The kubelet of every node.' })
      .optional(),
    'controller-manager': section({ flags: controllerManagerFlagsSchema.optional() }, 'the defaults')
      .meta({ description: 'The controller manager, on the host master.' })
      .optional(),
    links: section(
      {
        'control-to-nodes': medium('Between the master and each node. Default: gce-private.'),
        'node-to-node': medium('What all nodes share. Default: gce-private.'),
        'users-to-control': medium('Between each user and the master. Default: public-network.'),
      },
      'the defaults',
    )
      .meta({ description: 'The media of the cluster.' })
      .optional(),
    konnectivity: section(
      {
        strategy: choice(
          'How the server chooses an agent: default is at random, destHost the one on the target, defaultRoute one that says so. Default: default.',
          ['default', 'destHost', 'defaultRoute'],
        ).optional(),
        keepalive: durationNs('Between pings of agents and server (--keepalive-time). Default: 1h.', {
          from: '1s',
          to: '24h',
        }).optional(),
        authentication: choice('How agents prove who they are. Default: token.', ['certificate', 'token']).optional(),
        'agent-port': count('Where agents dial the server. Default: 8091.', 1, 65_535).optional(),
      },
      'the defaults',
    )
      .meta({ description: 'Konnectivity, where the apiserver is set up to use it.' })
      .optional(),
    join: section(
      {
        bootstrap: flag('Nodes begin with a bootstrap token and ask for their certificate. Default: false.').optional(),
        verify: choice('Whether a node that joins verifies the apiserver against the CA. Default: ca.', [
          'none',
          'ca',
        ]).optional(),
      },
      'the defaults',
    )
      .meta({ description: 'How nodes join.' })
      .optional(),
  },
  'three nodes',
)
  .superRefine((cluster, context) => {
    const refuse = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { code: 'out-of-range' } })
    const nodeCount = countNodes(cluster.nodes)
    if (nodeCount > MAX_NODES) refuse(['nodes'], `at most ${MAX_NODES} nodes; these are ${nodeCount}`)
    const podCount = typeof cluster.pods === 'object' ? countPods(cluster.pods, nodeCount) : 0
    if (podCount > MAX_PODS)
      refuse(['pods'], `at most ${MAX_PODS} pods with a part in the traffic; these are ${podCount}`)
  })
  .meta({
    description:
      'Kubernetes in one stanza: it stands for hosts, links, identities, paths and workloads, any of which the sections around it may override. `onpath run FILE --print-config` shows all of it.',
  })

export type ClusterSection = z.output<typeof clusterSchema>

import { namesOf } from '../../engine/registry.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { PRESETS } from '../presets/presets.ts'
import {
  apiserverFlagsSchema,
  controllerManagerFlagsSchema,
  kubeletConfigSchema,
  kubeletFlagsSchema,
} from './cluster-flags.ts'
import { agentAuthenticationKeys, KONNECTIVITY_STRATEGIES, STRATEGY_TEXT } from './konnectivity.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import { linkSchema } from './links.ts'
import {
  account,
  byAccount,
  byGroup,
  choice,
  count,
  durationNs,
  end,
  flag,
  LONG_FORM_KEYS,
  lazily,
  listOf,
  named,
  reference,
  section,
  sizeBytes,
  text,
} from './scalars.ts'
import { z } from './zod.ts'

const { between: _between, ...figures } = linkSchema.shape

const medium = (description: string) =>
  z
    .union([choice('A link profile.', namesOf(LINK_PROFILES)), section(figures)])
    .meta({ description: `${description} It is the name of a link profile, or a map with the keys of a link.` })
    .register(LONG_FORM_KEYS, { key: 'profile' })
    .optional()

const MAX_NODES = 100_000

const MAX_PODS = 10_000

const kubelet = (description: string) =>
  section(
    {
      flags: kubeletFlagsSchema.optional(),
      config: kubeletConfigSchema.optional(),
      'server-certificate': choice(
        'Who signed the serving certificates of kubelets. self-signed: nobody else, so that each kubelet makes its own, or with serverTLSBootstrap has none, since its request waits for approval; issued: the CA of the cluster, because an administrator approved the requests or distributed certificates. Default: self-signed; issued when a path verifies kubelets by tls.verify.',
        ['self-signed', 'issued'],
      ).optional(),
    },
    'the defaults',
  ).meta({ description })

const pool = lazily(() =>
  z
    .union([
      count('The number of nodes.', 1, MAX_NODES),
      section({
        count: count('The number of nodes in the pool. Default: 1.', 1, MAX_NODES).optional(),
        names: listOf(
          'The names of the nodes of the pool, in place of `count`. Default: POOL-1, POOL-2 and so on.',
          reference('The name of a node.'),
        )
          .min(1, 'at least one name')
          .max(MAX_NODES, `at most ${MAX_NODES} names`)
          .optional(),
        zones: listOf(
          'The zones of the pool; its nodes are assigned to them in turn. Pods are evicted from lost nodes zone by zone; nodes without a zone form one. Default: none.',
          reference('A zone.'),
        )
          .min(1, 'at least one zone')
          .max(100, 'at most 100 zones')
          .optional(),
        kubernetes: kubernetesVersion(
          'The Kubernetes version of the kubelets of this pool. Default: the version of the cluster.',
        ).optional(),
        kubelet: kubelet(
          'The configuration of the kubelets of this pool, in place of that of the cluster. Default: that of the cluster.',
        ).optional(),
      }).superRefine(({ count: number, names }, context) => {
        if (number === undefined || names === undefined) return
        const message = 'the names say how many nodes there are'
        context.addIssue({ code: 'custom', path: ['count'], message, params: { code: 'contradiction' } })
      }),
    ])
    .meta({
      description:
        'A pool of nodes with the names POOL-1, POOL-2 and so on, or with names of their own: the number of nodes, or a map.',
    })
    .register(LONG_FORM_KEYS, { key: 'count' }),
)

const nodesSchema = lazily(() =>
  z
    .union([
      count('The number of nodes.', 1, MAX_NODES),
      named('Pools by their names, such as { workers: { count: 3, zones: [a, b] } }.', pool, 100),
    ])
    .meta({
      description:
        'The nodes of the cluster: their number, for nodes named node-1, node-2 and so on, or pools by their names. Default: 3.',
    }),
)

const pod = lazily(() =>
  z
    .union([
      count('The number of pods on each node without traffic.', 0, 1_000),
      section(
        {
          on: end(
            'The pool or node on which the pods run, or `master`, where no kubelet runs. Default: all nodes.',
          ).optional(),
          replicas: count(
            'The number of pods, spread over these nodes in turn. Default: one for each node.',
            1,
            10_000,
          ).optional(),
          'image-size': sizeBytes('The size of the image that a node pulls before the pod starts. Default: 0B.', {
            to: '100GB',
          }).optional(),
          account: account(
            'The service account of the pods, as NAMESPACE/ACCOUNT. Default: default/default.',
          ).optional(),
          token: flag(
            'Whether the token of the service account is mounted into the pods (automountServiceAccountToken). Default: true.',
          ).optional(),
          listens: count('The TCP port on which the pods serve. Default: none.', 1, 65_535).optional(),
          scheme: choice('The protocol that the pods serve on their port. Default: http.', [
            'http',
            'https',
          ]).optional(),
          hostNetwork: flag('Whether the pods use the network of their node. Default: false.').optional(),
          daemonset: flag(
            'Whether the pods belong to a DaemonSet, whose pods are never evicted from a lost node. Default: false.',
          ).optional(),
          capabilities: listOf(
            'The Linux capabilities of the pods, or ALL. Default: what container runtimes grant, which includes NET_RAW.',
            text('A Linux capability, such as NET_RAW.', 'NET_RAW'),
          )
            .max(50, 'at most 50')
            .optional(),
          assumed: flag(
            'Whether these pods are an assumption about a real cluster. A check shows what attackers get from them, and does not fail because of it. Default: false.',
          ).optional(),
        },
        'one a node that serves nothing',
      ),
    ])
    .meta({
      description:
        'Pods of one application with the names APP-1, APP-2 and so on; or a number, for that many pods without traffic on each node.',
    }),
)

const pods = lazily(() =>
  z
    .union([
      count('The number of pods on each node without traffic.', 0, 1_000),
      named('Pods by the name of their application, such as { web: { listens: 8080 } }.', pod, 1_000),
    ])
    .meta({
      description:
        'The pods of the cluster: by the names of applications, or the number of pods without traffic on each node, in addition to the pods of the preset. Default: none.',
    }),
)

const service = lazily(() =>
  section({
    pods: reference('The pods behind the service, by the name of their application under `pods`.'),
    port: count('The port of the service. Default: 80.', 1, 65_535).optional(),
    targetPort: count(
      'The port of the pods to which the service leads. Default: the port on which the pods listen.',
      1,
      65_535,
    ).optional(),
  }).meta({ description: 'A service: a virtual address in front of pods.' }),
)

const words = (description: string, example: string) =>
  listOf(description, text('One of them, or "*".', example)).min(1, 'at least one').max(100, 'at most 100')

const rules = (who: string) =>
  listOf(
    `What the ${who} is allowed to do (RBAC). Default: nothing.`,
    section({
      verbs: words('The allowed verbs: get, list, watch, create, update, patch, delete, or "*" for all.', 'get'),
      resources: words(
        'The resources to which the rule applies, such as pods, pods/exec or nodes/proxy, or "*" for all.',
        'pods',
      ),
      namespaces: words('The namespaces in which the rule applies. Default: all.', 'default').optional(),
    }).meta({ description: 'A rule that allows verbs on resources.' }),
  )
    .max(100, 'at most 100')
    .optional()

const user = lazily(() =>
  section(
    {
      groups: listOf('The groups of the user. Default: none.', text('A group.', 'system:masters'))
        .max(50, 'at most 50')
        .optional(),
      rules: rules('user'),
      assumed: flag(
        'Whether the user with these rules is an assumption about a real cluster. A check shows what such a user gets, and does not fail because of it. Default: false.',
      ).optional(),
    },
    'a user who is allowed to do nothing',
  ).meta({ description: 'A user with a client certificate of the cluster CA, on a host of the same name.' }),
)

const serviceAccount = lazily(() =>
  section({ rules: rules('account') }, 'an account that is allowed to do nothing').meta({
    description:
      'A service account, which acts with the tokens of its pods. It needs no entry where it is allowed to do nothing but what Kubernetes allows by default.',
  }),
)

const group = lazily(() =>
  section({ rules: rules('group') }, 'a group that is allowed to do nothing').meta({
    description: 'The permissions of all members of a group.',
  }),
)

const abacPolicy = lazily(() =>
  section({
    user: text('The user, or "*" for every authenticated one. Default: any user of the group.', 'kubelet').optional(),
    group: text('The group, or "*" for every authenticated user. Default: any group.', 'system:nodes').optional(),
    readonly: flag('Whether only get, list and watch are allowed. Default: false.').optional(),
    apiGroup: text('The API group of the resource, or "*" for all. Default: the core group.', '*').optional(),
    namespace: text(
      'The namespace of the resource, or "*" for all. Default: none, for resources of the cluster.',
      '*',
    ).optional(),
    resource: text(
      'The resource, or "*" for all; its subresources go with it, so that pods is about pods/exec too. Default: none.',
      'pods',
    ).optional(),
    nonResourcePath: text(
      'The path of a URL that is no resource; a final "*" matches any rest. Default: none.',
      '/version',
    ).optional(),
  }).meta({ description: 'A line of the policy file of the authorization mode ABAC.' }),
)

function countNodes(nodes: z.output<typeof nodesSchema> | undefined): number {
  if (typeof nodes !== 'object') return nodes ?? 0
  return [...nodes.values()].reduce<number>(
    (sum, one) => sum + (typeof one === 'number' ? one : (one.names?.length ?? one.count ?? 1)),
    0,
  )
}

function countPods(byName: Map<string, z.output<typeof pod>>, nodeCount: number): number {
  return [...byName.values()].reduce<number>(
    (sum, one) => sum + (typeof one === 'number' ? 0 : (one.replicas ?? nodeCount)),
    0,
  )
}

/** Returns the keys about nodes, pods and their network. */
const nodeKeys = () => ({
  preset: choice(
    'The preset that gives all values of the cluster which the scenario does not give. `onpath list presets` explains each. Default: none.',
    namesOf(PRESETS),
  ).optional(),
  quiet: flag(
    'Whether the workloads of the preset are left out, so that only those of the scenario run. Default: false.',
  ).optional(),
  nodes: nodesSchema.optional(),
  'control-plane': choice(
    'Whether the host master is a node as well. node: as with kubeadm, it has a Node object, which counts among the nodes of its zone, and a kube-proxy. hosted: it has neither. Default: hosted with SSH tunnels or Konnectivity, else node.',
    ['node', 'hosted'],
  ).optional(),
  'kube-proxy': section(
    {
      mode: choice(
        'How kube-proxy translates the addresses of services. iptables: it writes rules of netfilter; ipvs: it uses the load balancer of Linux (from 1.8), which takes what a host itself sends to an external IP in every version. Default: iptables.',
        ['iptables', 'ipvs'],
      ).optional(),
    },
    'the defaults',
  )
    .meta({ description: 'The kube-proxies, which run on all nodes.' })
    .optional(),
  pods: pods.optional(),
  'pod-network': choice(
    'How pods are connected to their node. routed: each pod has a link of its own; bridged: all pods of a node share a bridge and find each other by ARP. Default: routed.',
    ['routed', 'bridged'],
  ).optional(),
  'node-network': choice(
    'How the control plane and the nodes are connected. routed: a link between the master and each node, and a segment that all nodes share; bridged: all are on one Ethernet segment and find each other by ARP, as on a network that others use too. Default: routed.',
    ['routed', 'bridged'],
  ).optional(),
})

/** Returns the keys about services, and about permissions. */
const accessKeys = () => ({
  metadata: choice(
    "Whether pods can read the bootstrap credentials of their node from the cloud's metadata server. open: they can, as on GKE before metadata concealment; concealed: they cannot. Default: open with SSH tunnels, else concealed.",
    ['open', 'concealed'],
  ).optional(),
  'system-node-binding': choice(
    'The subject of the ClusterRoleBinding system:node. system:nodes: every node has the permissions of all of them, as in clusters that were made before 1.8 and kept it, or where an installer adds it (RKE); nobody: it has no subject. Default: system:nodes to 1.7, except with kubeadm 1.7 and the Node authorizer; else nobody.',
    ['system:nodes', 'nobody'],
  ).optional(),
  services: named('The services of the cluster, by their names. Default: none.', service, 1_000).optional(),
  users: named('The users of the cluster, by their names. Default: none.', user, 1_000).optional(),
  accounts: byAccount(
    'The permissions of service accounts, by NAMESPACE/ACCOUNT. An account has them in addition to reading what workloads of its pods read. Default: none.',
    serviceAccount,
    1_000,
  ).optional(),
  groups: byGroup(
    'The permissions of groups, which all their members have in addition to their own. system:unauthenticated: those whose requests have no credential, where they are accepted; system:authenticated: all others; system:serviceaccounts: all service accounts. Default: none.',
    group,
    1_000,
  ).optional(),
  abac: listOf(
    'The policies of the authorization mode ABAC, which are the lines of its file (--authorization-policy-file). Default: those of kube-up, with which nodes, all service accounts, and the users admin, kubelet, kube_proxy, kubecfg and client are allowed to do everything.',
    abacPolicy,
  )
    .max(1_000, 'at most 1000')
    .optional(),
})

/** Returns the keys about the programs of the cluster, and their links. */
const programKeys = () => ({
  apiserver: section({ flags: apiserverFlagsSchema.optional() }, 'the defaults')
    .meta({ description: 'The configuration of the apiserver, which runs on the host master.' })
    .optional(),
  kubelet: kubelet('The configuration of the kubelets. A pool can have its own.').optional(),
  'controller-manager': section({ flags: controllerManagerFlagsSchema.optional() }, 'the defaults')
    .meta({ description: 'The configuration of the controller manager, which runs on the host master.' })
    .optional(),
  links: section(
    {
      'control-to-nodes': medium('The link between the master and each node. Default: gce-private.'),
      'node-to-node': medium('The segment that all nodes share. Default: gce-private.'),
      'users-to-control': medium('The link between each user and the master. Default: public-network.'),
    },
    'the defaults',
  )
    .meta({ description: 'The links and segments of the cluster.' })
    .optional(),
  konnectivity: section(
    {
      strategy: choice(`${STRATEGY_TEXT} Default: default.`, KONNECTIVITY_STRATEGIES).optional(),
      keepalive: durationNs('The time between pings of agents and server (--keepalive-time). Default: 1h.', {
        from: '1s',
        to: '24h',
      }).optional(),
      ...agentAuthenticationKeys('token'),
      'agent-port': count('The port of the server to which agents connect. Default: 8091.', 1, 65_535).optional(),
    },
    'the defaults',
  )
    .meta({ description: 'Konnectivity, for an apiserver whose flag egress-selector-config-file is konnectivity.' })
    .optional(),
  join: section(
    {
      bootstrap: flag(
        'Whether nodes begin with a bootstrap token and request their client certificate with it (TLS bootstrapping). Default: false.',
      ).optional(),
      verify: choice(
        'Whether a joining node verifies the certificate of the apiserver against the CA. none: it trusts whoever can sign with its bootstrap token. Default: ca.',
        ['none', 'ca'],
      ).optional(),
    },
    'the defaults',
  )
    .meta({ description: 'How nodes join the cluster.' })
    .optional(),
})

/** The section `cluster`, which stands for a whole Kubernetes cluster. */
export const clusterSchema = lazily(() =>
  section({ ...nodeKeys(), ...accessKeys(), ...programKeys() }, 'three nodes')
    .superRefine((cluster, context) => {
      const refuse = (path: string[], message: string) =>
        context.addIssue({ code: 'custom', path, message, params: { code: 'out-of-range' } })
      if (cluster.quiet === true && cluster.preset === undefined)
        context.addIssue({
          code: 'custom',
          path: ['quiet'],
          message: 'quiet leaves the workloads of a preset out, and there is no preset',
          params: { code: 'contradiction' },
        })
      const nodeCount = countNodes(cluster.nodes)
      if (nodeCount > MAX_NODES)
        refuse(['nodes'], `a cluster has at most ${MAX_NODES} nodes, and this one has ${nodeCount}`)
      const podCount = typeof cluster.pods === 'object' ? countPods(cluster.pods, nodeCount) : 0
      if (podCount > MAX_PODS)
        refuse(['pods'], `a cluster has at most ${MAX_PODS} pods with traffic, and this one has ${podCount}`)
    })
    .meta({
      description:
        'A whole Kubernetes cluster. The section stands for hosts, links, identities, paths and workloads; the other sections of the scenario can override each of them. `onpath run FILE --print-config` shows all of them.',
    }),
)

export type ClusterSection = z.output<typeof clusterSchema>

import { type AnyCluster, PODS, SHARED } from './any-cluster.ts'
import {
  ANONYMOUS,
  type Asked,
  accountOf,
  apiserverAllows,
  kubeletAllows,
  kubeletOf,
  kubeletSees,
  MASTER_GROUP,
  NAMESPACES,
  type Subject,
  servesAnonymous,
  userOf,
} from './own-authorizer.ts'

/** Something that an attacker is said to get: an attacker of a scenario, who shows it in a run. */
export interface Claim {
  /** The sentence for a claim that `check` does not report. */
  readonly what: string
  readonly attacker: object
  /** Whether the attacker changes nothing for others, so that several may share a run. */
  readonly isHarmless: boolean
}

type Pool = 'front' | 'back'
const POOLS: readonly Pool[] = ['front', 'back']
const OTHER: Readonly<Record<Pool, Pool>> = { front: 'back', back: 'front' }

/** The paths that the attacks of an audit bring along, and the traffic on those to kubelets. */
export function broughtBy({ traffic, serving }: AnyCluster) {
  const tls = serving !== 'own' && traffic.logs !== 'none' ? { tls: { identity: SHARED } } : {}
  const toKubelet = (pool: Pool) => ({ kind: 'apiserver-kubelet', from: 'master', to: `${pool}-1`, ...tls })
  return {
    paths: {
      'audit-apiserver': { kind: 'kubelet-apiserver', from: 'back-1' },
      'audit-front': toKubelet('front'),
      'audit-back': toKubelet('back'),
    },
    workloads: Object.fromEntries(
      POOLS.map((pool) => [
        `audit-${pool}`,
        { path: `audit-${pool}`, kind: 'logs', connection: 'per-request', rate: '2/s', for: '5s' },
      ]),
    ),
  }
}

/** A holder of a credential, at a place from which it reaches the servers of a cluster. */
interface Holder {
  readonly who: string
  readonly subject: Subject
  readonly kind: 'certificate' | 'token'
  readonly where: object
  readonly credential: string
  /** The pool whose node is the attacker's own. */
  readonly own: Pool | null
  /** The steps before it has the credential. */
  readonly before?: readonly object[]
}

const AT_THE_SERVER = { on: 'a network of the server', vantage: 'blind' }

function holdersIn(cluster: AnyCluster): readonly Holder[] {
  const users = ['alice', 'bob'].map(
    (name): Holder => ({
      who: `the user ${name}`,
      subject: userOf(name),
      kind: 'certificate',
      where: { ...AT_THE_SERVER, holds: [`${name}-client`] },
      credential: `${name}-client`,
      own: null,
    }),
  )
  const pods = Object.entries(PODS).map(
    ([app, { account }]): Holder => ({
      who: `a process in ${app}-1`,
      subject: accountOf(account),
      kind: 'token',
      where: { on: `${app}-1`, vantage: 'pod' },
      credential: `${app}-token`,
      own: null,
    }),
  )
  const nodes = POOLS.map(
    (pool): Holder => ({
      who: `root on ${pool}-1`,
      subject: kubeletOf(`${pool}-1`),
      kind: 'certificate',
      where: { on: `${pool}-1`, vantage: 'node' },
      credential: `${pool}-1-kubelet-client`,
      own: pool,
    }),
  )
  return [...users, ...pods, ...nodes, ...administratorsOf(cluster)]
}

/** Root on a node has the certificate that all kubelets share. Where it is one of an administrator, it is one too. */
function administratorsOf({ serving, traffic }: AnyCluster): readonly Holder[] {
  if (serving !== 'shared with an administrator' || traffic.logs === 'none') return []
  return [
    {
      who: 'root on back-1, with the certificate of its kubelet',
      subject: { user: 'kubelets-admin', groups: [MASTER_GROUP, 'system:authenticated'] },
      kind: 'certificate',
      where: { on: 'back-1', vantage: 'node' },
      credential: SHARED,
      own: 'back',
      before: [{ technique: 'steal-key', path: 'audit-back' }],
    },
  ]
}

/** Returns what attackers get in a cluster, as its authorizers, verifiers and links admit. */
export function walk(cluster: AnyCluster): readonly Claim[] {
  const holders = holdersIn(cluster)
  return [
    ...holders.flatMap((holder) => [...atApiserver(cluster, holder), ...atKubelets(cluster, holder)]),
    ...byNobody(cluster),
    ...byReaddressing(cluster, holders),
    ...onTheWay(cluster),
  ]
}

/** The requests of attackers at an apiserver, and what each needs. */
const REQUESTS: Readonly<Record<string, (namespace: string) => Asked>> = {
  'list-secrets': () => ({ verb: 'list', resource: 'secrets', namespace: null }),
  'create-pods': (namespace) => ({ verb: 'create', resource: 'pods', namespace }),
  exec: (namespace) => ({ verb: 'create', resource: 'pods/exec', namespace }),
  attach: (namespace) => ({ verb: 'create', resource: 'pods/attach', namespace }),
  'port-forward': (namespace) => ({ verb: 'create', resource: 'pods/portforward', namespace }),
  'node-proxy-exec': () => ({ verb: 'create', resource: 'nodes/proxy', namespace: null }),
}

function atApiserver(cluster: AnyCluster, { who, subject, where, credential, before }: Holder): readonly Claim[] {
  return Object.entries(REQUESTS).flatMap(([ask, asked]) =>
    NAMESPACES.some((namespace) => apiserverAllows(cluster, subject, asked(namespace))) &&
    !isKept(cluster, subject, ask)
      ? [claim(`${who} may ${ask} at the apiserver`, where, { path: 'audit-apiserver', ask, with: credential }, before)]
      : [],
  )
}

/** Returns whether NodeRestriction keeps a node from something: of pods, it creates mirrors of its static ones only. */
function isKept({ nodeRestriction }: AnyCluster, { groups }: Subject, ask: string): boolean {
  return nodeRestriction && groups.includes('system:nodes') && ask === 'create-pods'
}

function atKubelets(
  cluster: AnyCluster,
  { who, subject, kind, where, credential, own, before }: Holder,
): readonly Claim[] {
  return POOLS.filter((pool) => pool !== own).flatMap((pool) => {
    const seen = kubeletSees(cluster, pool, { subject, kind })
    if (seen === null || !kubeletAllows(cluster, pool, seen)) return []
    return ['exec', 'attach'].map((ask) =>
      claim(
        `${who} may ${ask} at the kubelet ${pool}-1`,
        where,
        { path: `audit-${pool}`, ask, with: credential },
        before,
      ),
    )
  })
}

function byNobody(cluster: AnyCluster): readonly Claim[] {
  const atServer = servesAnonymous(cluster)
    ? Object.entries(REQUESTS).flatMap(([ask, asked]) =>
        NAMESPACES.some((namespace) => apiserverAllows(cluster, ANONYMOUS, asked(namespace)))
          ? [claim(`anybody may ${ask} at the apiserver`, AT_THE_SERVER, { path: 'audit-apiserver', ask })]
          : [],
      )
    : []
  const atNodes = POOLS.flatMap((pool) => {
    const seen = kubeletSees(cluster, pool, null)
    const path = `audit-${pool}`
    return [
      ...(seen !== null && kubeletAllows(cluster, pool, seen)
        ? [claim(`anybody may exec at the kubelet ${pool}-1`, AT_THE_SERVER, { path, ask: 'exec' })]
        : []),
    ]
  })
  return [...atServer, ...atNodes]
}

function claim(what: string, where: object, step: object, before: readonly object[] = []): Claim {
  return {
    what,
    isHarmless: true,
    attacker: { ...where, plan: [...before, { at: '1s', technique: 'direct-request', ...step }] },
  }
}

/** Those who may write the status of a node give it an address of their own, and serve as its kubelet there. */
function byReaddressing(cluster: AnyCluster, holders: readonly Holder[]): readonly Claim[] {
  if (cluster.verifiesKubelets && cluster.serving === 'own') return []
  const asked: Asked = { verb: 'patch', resource: 'nodes/status', namespace: null }
  return holders.flatMap(({ who, subject, where, credential, own, before = [] }) => {
    if (own === null || !apiserverAllows(cluster, subject, asked)) return []
    const isRefused = subject.groups.includes('system:nodes') && cluster.nodeRestriction
    const pool = OTHER[own]
    return isRefused
      ? []
      : [
          {
            what: `${who} gives ${pool}-1 an address of its own`,
            isHarmless: false,
            attacker: {
              ...where,
              plan: [...before, { at: '1s', technique: 'readdress-node', path: `audit-${pool}`, with: credential }],
            },
          },
        ]
  })
}

/** Those between the apiserver and a kubelet that nobody verifies, and root on another node of a bridged segment. */
function onTheWay(cluster: AnyCluster): readonly Claim[] {
  const isShared = cluster.serving !== 'own' && cluster.traffic.logs !== 'none'
  return POOLS.flatMap((pool) => {
    const path = `audit-${pool}`
    const inline = {
      what: `an attacker on the link to ${pool}-1 serves as its kubelet`,
      isHarmless: false,
      attacker: {
        on: 'the link that it crosses',
        vantage: 'inline',
        plan: [{ technique: 'impersonate-server', path }],
      },
    }
    const arp = {
      what: `root on ${OTHER[pool]}-1 claims the address of ${pool}-1`,
      isHarmless: false,
      attacker: {
        on: `${OTHER[pool]}-1`,
        vantage: 'node',
        ...(isShared ? { holds: [SHARED] } : {}),
        plan: [{ technique: 'spoof-arp', path, ...(isShared ? { presents: SHARED } : {}) }],
      },
    }
    return [
      ...(cluster.verifiesKubelets ? [] : [inline]),
      ...(cluster.layout === 'bridged' && (isShared || !cluster.verifiesKubelets) ? [arp] : []),
    ]
  })
}

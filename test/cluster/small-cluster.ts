/** The settings of a test's cluster that matter for the test. */
export interface SmallCluster {
  readonly nodes?: number
  readonly kubernetes?: string
  /** Flags of the apiserver, as YAML in one line. */
  readonly flags?: string
  /** Configuration of the kubelets, as YAML in one line. */
  readonly config?: string
  /** Who signed the serving certificates of the kubelets: `issued` or `self-signed`. */
  readonly certificate?: 'issued' | 'self-signed'
  /**
   * Pods, as YAML in one line, such as `{ web: { listens: 8080 } }`. Most tests use pods without tokens, so that no
   * kubelet requests any.
   */
  readonly pods?: string
  readonly services?: string
  readonly users?: string
  /** Hosts outside of the cluster, each with a link to the master. */
  readonly others?: readonly string[]
  readonly paths: string
  readonly workloads: string
  readonly more?: string
}

/** Kubelets that send TokenReviews and SubjectAccessReviews to the apiserver, as kubeadm configures them. */
const WEBHOOK =
  '{ authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: Webhook }, readOnlyPort: 0 }'

/**
 * The text of a scenario with delays of 10 ms from the master to each node, 20 ms to each user, and none from a pod
 * to its node; work takes no time.
 */
export function smallCluster(cluster: SmallCluster): string {
  const {
    nodes = 1,
    kubernetes = '1.30',
    config = WEBHOOK,
    pods = '{ web: { listens: 8080, token: false } }',
  } = cluster
  const { flags = 'authorization-mode: [Node, RBAC]', services = '{}', paths, workloads, more = '' } = cluster
  const { users = '{ alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }' } = cluster
  const names = Array.from({ length: nodes }, (_, index) => index + 1)
  const { others = [] } = cluster
  const hosts = ['master', 'alice', 'bob', ...names.flatMap((n) => [`node-${n}`, `web-${n}`]), ...others]
  const links = others.map((name) => `${name}: { between: [master, ${name}], delay: 5ms }`)
  const there = hosts.filter((name) => !['alice', 'bob'].includes(name) || users.includes(`${name}:`))
  const serving = cluster.certificate === undefined ? '' : `, server-certificate: ${cluster.certificate}`
  return `version: 1
seed: 1
kubernetes: "${kubernetes}"
cluster:
  nodes: ${nodes}
  pods: ${pods}
  services: ${services}
  users: ${users}
  apiserver: { flags: { ${flags} } }
  kubelet: { config: ${config}${serving} }
  links: { control-to-nodes: { delay: 10ms }, users-to-control: { delay: 20ms } }
hosts: { ${there.map((name) => `${name}: { cpu: instant }`).join(', ')} }
${links.length === 0 ? '' : `links: { ${links.join(', ')} }\n`}paths: ${paths}
workloads: ${workloads}
${more}
`
}

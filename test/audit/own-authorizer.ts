import { ABAC_LINE, type AnyCluster, GRANTEES, type Grantee, PODS, type Rule } from './any-cluster.ts'

// What a cluster's authorizers say, written a second time from the documents of Kubernetes, so that a mistake of the
// simulator's own is not repeated here. It knows the operations that the walk asks about, and no other.

export interface Subject {
  readonly user: string
  readonly groups: readonly string[]
}

export interface Asked {
  readonly verb: string
  readonly resource: string
  /** null: in all namespaces, or of the cluster. */
  readonly namespace: string | null
}

export const ANONYMOUS: Subject = { user: 'system:anonymous', groups: ['system:unauthenticated'] }

export function userOf(name: string): Subject {
  return { user: name, groups: ['system:authenticated'] }
}

export function accountOf(name: string): Subject {
  const [namespace, account] = name.split('/')
  return {
    user: `system:serviceaccount:${namespace}:${account}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  }
}

export function kubeletOf(node: string): Subject {
  return { user: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] }
}

export const MASTER_GROUP = 'system:masters'

/** Returns whether the apiserver allows a request. The first mode that allows it decides. */
export function apiserverAllows(cluster: AnyCluster, subject: Subject, asked: Asked): boolean {
  if (subject.groups.includes(MASTER_GROUP)) return true
  return cluster.modes.some((mode) => {
    if (mode === 'AlwaysAllow') return true
    if (mode === 'Node') return isNode(subject) && OF_NODES.includes(`${asked.verb} ${asked.resource}`)
    if (mode === 'ABAC')
      return subject.groups.includes(ABAC_LINE.group) && asked.resource.split('/')[0] === ABAC_LINE.resource
    return rulesOf(cluster, subject).some((rule) => ruleAllows(rule, asked))
  })
}

/** What the Node authorizer allows nodes, of what the walk asks. */
const OF_NODES: readonly string[] = ['patch nodes/status', 'create tokenreviews', 'create subjectaccessreviews']

/** Returns whether the kubelets of a pool are allowed to have the apiserver review a token or a request. */
function mayReview(cluster: AnyCluster, pool: 'front' | 'back', resource: string): boolean {
  return apiserverAllows(cluster, kubeletOf(`${pool}-1`), { verb: 'create', resource, namespace: null })
}

/** Returns whether the apiserver serves those without a credential: with AlwaysAllow it resets the flag (options.go). */
export function servesAnonymous({ anonymousAuth, modes }: AnyCluster): boolean {
  return anonymousAuth && !modes.includes('AlwaysAllow')
}

function isNode({ groups }: Subject): boolean {
  return groups.includes('system:nodes')
}

function rulesOf({ grants }: AnyCluster, { user, groups }: Subject): readonly Rule[] {
  return (Object.keys(GRANTEES) as Grantee[]).flatMap((name) => {
    const { section } = GRANTEES[name]
    const isAbout =
      section === 'groups'
        ? groups.includes(name)
        : user === (section === 'users' ? name : `system:serviceaccount:${name.replace('/', ':')}`)
    return isAbout && grants[name] !== undefined ? [grants[name]] : []
  })
}

function ruleAllows({ verbs, resources, namespaces }: Rule, { verb, resource, namespace }: Asked): boolean {
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value)
  const isThere = namespaces === undefined || (namespace !== null && namespaces.includes(namespace))
  return has(verbs, verb) && has(resources, resource) && isThere
}

/** Returns the subject that a kubelet sees for a credential; null where it refuses it. */
export function kubeletSees(
  cluster: AnyCluster,
  pool: 'front' | 'back',
  credential: { readonly subject: Subject; readonly kind: 'certificate' | 'token' } | null,
): Subject | null {
  const kubelet = cluster[pool]
  if (credential === null) return kubelet.anonymous ? ANONYMOUS : null
  if (credential.kind === 'certificate') return credential.subject
  if (kubelet.webhook) return mayReview(cluster, pool, 'tokenreviews') ? credential.subject : null
  // A kubelet that asks nobody about tokens takes the request for one without a credential.
  return kubelet.anonymous ? ANONYMOUS : null
}

/** Returns whether a kubelet lets a subject run commands in its pods. */
export function kubeletAllows(cluster: AnyCluster, pool: 'front' | 'back', subject: Subject): boolean {
  if (cluster[pool].mode === 'AlwaysAllow') return true
  const asked: Asked = { verb: 'create', resource: 'nodes/proxy', namespace: null }
  return mayReview(cluster, pool, 'subjectaccessreviews') && apiserverAllows(cluster, subject, asked)
}

/** The namespaces that have pods. */
export const NAMESPACES: readonly string[] = [
  ...new Set(Object.values(PODS).map(({ account }) => account.split('/')[0])),
].sort((a, b) => (a < b ? -1 : 1))

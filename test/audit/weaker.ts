import type { AnyCluster, Grantee, Rule } from './any-cluster.ts'

/** A change that gives attackers one more right, place or weakness. */
export interface Weakening {
  readonly what: string
  /** Returns the weaker cluster; null where it has this already. */
  readonly of: (cluster: AnyCluster) => AnyCluster | null
  /**
   * Returns whether a finding may vanish by the change, by this mechanism. Absent: none may.
   */
  readonly mayLose?: { readonly why: string; readonly is: (finding: string) => boolean }
}

const EVERYTHING: Rule = { verbs: ['*'], resources: ['*'] }

/** Returns the change that gives somebody all rights, of which what they permit is no gain any more. */
function granting(to: Grantee, as: readonly string[]): Weakening {
  return {
    what: `${to} may do everything`,
    of: (cluster) =>
      cluster.grants[to] === undefined ? { ...cluster, grants: { ...cluster.grants, [to]: EVERYTHING } } : null,
    mayLose: {
      why: 'what somebody gives a user, an account or a group is no gain to it',
      is: (finding) => as.some((who) => finding.startsWith(`${who}: `)),
    },
  }
}

function inPool(pool: 'front' | 'back', change: Partial<AnyCluster['front']>): Pick<Weakening, 'what' | 'of'> {
  return {
    what: `${JSON.stringify(change)} in ${pool}`,
    of: (cluster) => {
      const weaker = { ...cluster[pool], ...change }
      return JSON.stringify(weaker) === JSON.stringify(cluster[pool]) ? null : { ...cluster, [pool]: weaker }
    },
  }
}

const ACCOUNTS = ['an account without rights of its own', 'default/web', 'shop/db', 'a service account']

/** The changes that the monotone law is tried with. */
export const WEAKENINGS: readonly Weakening[] = [
  inPool('front', { anonymous: true }),
  inPool('back', { readOnlyPort: true }),
  inPool('front', { mode: 'AlwaysAllow' }),
  {
    what: 'the apiserver does not verify kubelets',
    of: (cluster) => (cluster.verifiesKubelets ? { ...cluster, verifiesKubelets: false } : null),
  },
  {
    what: 'without NodeRestriction',
    of: (cluster) => (cluster.nodeRestriction ? { ...cluster, nodeRestriction: false } : null),
  },
  {
    what: 'anonymous requests at the apiserver',
    of: (cluster) => (cluster.anonymousAuth ? null : { ...cluster, anonymousAuth: true }),
  },
  granting('system:unauthenticated', []),
  granting('alice', ['alice', 'alice or bob', 'a user']),
  granting('default/web', ACCOUNTS),
]

/**
 * Returns a finding as it is called in every cluster: identities whose rights differ in only one of two clusters, and
 * pools that are set up alike in only one, have other names there.
 */
export function anyName(finding: string): string {
  const kind = (name: string) =>
    ACCOUNTS.includes(name) ? 'an account' : ['alice', 'bob', 'alice or bob', 'a user'].includes(name) ? 'a user' : name
  const [who, what] = finding.split(': ')
  return `${kind(who)}: ${what.replace(/ (on|of) (back|front)$/, ' $1 kubelets').replace(/ on (default|shop|any namespace)$/, '')}`
}
